// Whether a transfer lasts, as a replay's conntrack sees it: it does once its pinhole was used.

#include <gtest/gtest.h>

#include "pcap/replay_tracker.hpp"
#include "played.hpp"

namespace pinhole::test {
namespace {

using alg::Pinhole;
using alg::Side;

class ReplayKeepAlive : public testing::Test {
 protected:
  Pinhole opened(const alg::NatView& of, net::Port port) {
    Pinhole pinhole{
        Side::server, flow.server.address, {flow.seen.address, port}, {flow.client.address, port}};
    EXPECT_EQ(tracker.apply(of, {pinhole, {}}), alg::Applied::all);
    return pinhole;
  }
  void use(const Pinhole& pinhole) {
    EXPECT_TRUE(tracker.admit({pinhole.from, 20}, pinhole.forward_to).passes());
  }
  bool lasts(const alg::NatView& of, const Pinhole& pinhole) {
    const bool sought = tracker.transfers({of, pinhole, true});
    EXPECT_EQ(tracker.transfers({of, pinhole, false}), sought) << "to search is the kernel's matter";
    return sought;
  }

  const net::Endpoint server = endpoint("198.51.100.2", 21);
  pcap::ReplayTracker tracker{with_nat({"192.168.0.0/16=203.0.113.7"}).nat, {21}};
  const alg::NatView flow = tracker.begin(endpoint("192.168.1.10", 4000), server);
  const alg::NatView neighbour = tracker.begin(endpoint("192.168.1.11", 4000), server);
};

TEST_F(ReplayKeepAlive, BeginsWhenThePinholeIsUsed) {
  const auto pinhole = opened(flow, 5000);
  EXPECT_FALSE(lasts(flow, pinhole));
  use(pinhole);
  EXPECT_TRUE(lasts(flow, pinhole));
}

TEST_F(ReplayKeepAlive, IsNotThatOfAnotherPinholeOrConnection) {
  const auto first = opened(flow, 5000);
  use(first);
  const auto second = opened(flow, 5002);
  const auto theirs = opened(neighbour, 5004);
  EXPECT_FALSE(lasts(flow, second));
  EXPECT_FALSE(lasts(neighbour, theirs));
  EXPECT_FALSE(lasts(neighbour, first));
  EXPECT_TRUE(lasts(flow, first)) << "a newer pinhole is no end of an older transfer";
}

TEST_F(ReplayKeepAlive, NeverBeginsBehindAPinholeThatClosed) {
  const auto withdrawn = opened(flow, 5000);
  tracker.close(flow, withdrawn);
  EXPECT_FALSE(tracker.admit({withdrawn.from, 20}, withdrawn.forward_to).passes());
  EXPECT_FALSE(lasts(flow, withdrawn));

  const auto expired = opened(neighbour, 5002);
  tracker.advance(expired.timeout + std::chrono::seconds(1));
  EXPECT_FALSE(tracker.admit({expired.from, 20}, expired.forward_to).passes());
  EXPECT_FALSE(lasts(neighbour, expired));
}

/// A silent control connection is forgotten after two hours, but not while a transfer lasts. Nobody has
/// logged in, so that nothing vouches for one that was forgotten.
class LongTransfer : public testing::Test {
 protected:
  static constexpr auto kIdle = std::chrono::seconds(7200);
  const net::Endpoint client = endpoint("192.168.1.10", 4000), server = endpoint("198.51.100.2", 21);
  const net::Endpoint data = endpoint("198.51.100.2", 20), announced = endpoint("192.168.1.10", 51201);
  Story story{client, server};

  /// What the replay says of a PORT after hours in which `meanwhile` went on.
  Played after_hours(bool with_transfer) {
    story.open()
        .server("220 ready\r\n")
        .client("PORT 192,168,1,10,200,1\r\n")
        .server("200 ok\r\n")
        .client("RETR a\r\n");
    story.server("150 here it comes\r\n");
    if (with_transfer) story.data(data, announced, "the beginning");
    for (auto passed = std::chrono::seconds(0); passed < kIdle + std::chrono::minutes(1);
         passed += std::chrono::seconds(5)) {
      story.wait(std::chrono::seconds(5)).syn(endpoint("10.9.9.9", 1), endpoint("10.9.9.8", 80));
    }
    story.server("226 done\r\n").client("PORT 192,168,1,10,200,2\r\n");
    auto options = with_nat({"192.168.0.0/16=203.113.213.117"});
    alg::Policy policy;
    policy.require_login = false;
    options.policies = policy;
    return play(story, options);
  }
};

TEST_F(LongTransfer, KeepsItsSession) {
  const auto result = after_hours(true);
  ASSERT_EQ(result.report.negotiations.size(), 2u);
  EXPECT_EQ(result.report.negotiations[1].decision, alg::Decision::open);
  EXPECT_FALSE(result.report.flows.at(0).not_ftp);
}

TEST_F(LongTransfer, WithoutItsDataConnectionKeepsNothing) {
  const auto result = after_hours(false);
  ASSERT_EQ(result.report.negotiations.size(), 2u);
  EXPECT_EQ(result.report.negotiations[1].reason, alg::Reason::mid_stream);
}

}  // namespace
}  // namespace pinhole::test
