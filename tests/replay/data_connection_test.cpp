// Which data connections pass, and why the others do not.

#include <gtest/gtest.h>

#include "hosts.hpp"
#include "played.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;

class DataConnection : public testing::Test {
 protected:
  DataConnection() { story.log_in(); }

  const pcap::Report& played(const pcap::ReplayOptions& options = {}) {
    result.emplace(play(story, options));
    return result->report;
  }
  Reason only_reason() {
    const auto& connections = played().data_connections;
    EXPECT_EQ(connections.size(), 1u);
    return connections.empty() ? Reason::passed : connections[0].reason;
  }

  Story story{kClient, kServer};
  std::optional<Played> result;
};

TEST_F(DataConnection, PassesOnceNegotiated) {
  story.client(kPortLine);
  const auto frame = story.frame() + 1;
  story.data(kDataServer, kAnnounced);
  const auto& report = played();
  ASSERT_EQ(report.data_connections.size(), 1u);
  EXPECT_EQ(report.data_connections[0].from, kDataServer);
  EXPECT_EQ(report.data_connections[0].to, kAnnounced);
  EXPECT_EQ(report.data_connections[0].frame, frame);
  EXPECT_TRUE(report.data_connections[0].passes);
  EXPECT_EQ(report.data_connections[0].reason, Reason::negotiated);
  EXPECT_EQ(report.negotiations.at(0).data_connection, 0u);
  EXPECT_TRUE(result->far.has(kDataServer, kAnnounced));
}

TEST_F(DataConnection, IsDroppedIfNobodyNegotiatedIt) {
  story.data(kDataServer, kAnnounced);
  EXPECT_EQ(only_reason(), Reason::not_negotiated);
  EXPECT_FALSE(result->report.data_connections[0].passes);
  EXPECT_FALSE(result->far.has(kDataServer, kAnnounced));
  EXPECT_FALSE(result->far.has(kAnnounced, kDataServer));
}

TEST_F(DataConnection, IsDroppedTheSecondTime) {
  story.client(kPortLine).data(kDataServer, kAnnounced).syn(endpoint("198.51.100.2", 30), kAnnounced);
  const auto& connections = played().data_connections;
  ASSERT_EQ(connections.size(), 2u);
  EXPECT_TRUE(connections[0].passes);
  EXPECT_EQ(connections[1].reason, Reason::pinhole_used);
}

TEST_F(DataConnection, IsDroppedAfterTheTimeout) {
  story.client(kPortLine).wait(std::chrono::seconds(301)).syn(kDataServer, kAnnounced);
  EXPECT_EQ(only_reason(), Reason::pinhole_expired);
}

TEST_F(DataConnection, TheTimeoutIsTheOperators) {
  story.client(kPortLine).wait(std::chrono::seconds(301)).syn(kDataServer, kAnnounced);
  pcap::ReplayOptions options;
  alg::Policy policy;
  policy.pinhole_timeout = std::chrono::seconds(600);
  options.policies = policy;
  EXPECT_TRUE(played(options).data_connections.at(0).passes);
}

TEST_F(DataConnection, IsDroppedOnceTheControlConnectionEnded) {
  story.client(kPortLine).close().syn(kDataServer, kAnnounced);
  EXPECT_EQ(only_reason(), Reason::pinhole_withdrawn);
}

TEST_F(DataConnection, IsDroppedOnceTheServerRefusedThePort) {
  story.client(kPortLine).server("500 no\r\n").syn(kDataServer, kAnnounced);
  EXPECT_EQ(only_reason(), Reason::pinhole_withdrawn);
}

TEST_F(DataConnection, IsDroppedOnceANewerNegotiationCame) {
  story.client(kPortLine)
      .server("200 ok\r\n")
      .client("PORT 192,168,1,10,200,2\r\n")
      .syn(kDataServer, kAnnounced);
  EXPECT_EQ(only_reason(), Reason::pinhole_withdrawn);
}

TEST_F(DataConnection, ARefusedNegotiationSaysWhatFollowed) {
  story.client("PORT 192,168,1,10,0,80\r\n").syn(kDataServer, endpoint("192.168.1.10", 80));
  const auto& report = played();
  EXPECT_EQ(report.negotiations.at(0).reason, Reason::port_too_low);
  EXPECT_EQ(report.negotiations.at(0).data_connection, 0u);
  EXPECT_EQ(report.data_connections.at(0).reason, Reason::not_negotiated);
}

TEST_F(DataConnection, ASynSentAgainCountsOnce) {
  story.client(kPortLine)
      .syn(kDataServer, kAnnounced, 7)
      .syn(kDataServer, kAnnounced, 7)
      .syn(kDataServer, kAnnounced, 7);
  EXPECT_EQ(only_reason(), Reason::negotiated);
  EXPECT_EQ(result->far.packets(), story.frames().size());
}

TEST_F(DataConnection, ASynSentAgainMayFindAnOpenPinhole) {
  story.syn(kDataServer, kAnnounced, 7).client(kPortLine).syn(kDataServer, kAnnounced, 7);
  EXPECT_EQ(only_reason(), Reason::negotiated);
}

TEST_F(DataConnection, AnotherSynOfTheSameEndpointsIsAnotherConnection) {
  story.client(kPortLine).data(kDataServer, kAnnounced).server("200 ok\r\n").client(kPortLine);
  story.syn(kDataServer, kAnnounced, 999);
  const auto& connections = played().data_connections;
  ASSERT_EQ(connections.size(), 2u);
  EXPECT_TRUE(connections[1].passes);
}

TEST_F(DataConnection, OtherHostsAreNoneOfOurs) {
  story.client(kPortLine)
      .syn(endpoint("198.51.100.3", 20), kAnnounced)
      .syn(kDataServer, endpoint("192.168.1.11", 51201));
  EXPECT_TRUE(played().data_connections.empty());
}

TEST_F(DataConnection, ANewControlConnectionIsNone) {
  story.syn(endpoint("192.168.1.10", 4001), kServer);
  const auto& report = played();
  EXPECT_TRUE(report.data_connections.empty());
  EXPECT_EQ(report.flows.size(), 2u);
}

TEST_F(DataConnection, EndpointsUsedAgainAreAnotherSession) {
  for (const std::uint32_t isn : {2'000'000u, 3'000'000'000u}) {
    SCOPED_TRACE(isn);
    story = Story(kClient, kServer);
    story.log_in().client(kPortLine).data(kDataServer, kAnnounced).server("200 ok\r\n").close();
    Story again(kClient, kServer, isn, isn + 7);
    again.wait(std::chrono::seconds(10)).log_in().client("PORT 192,168,1,10,200,2\r\n");
    again.data(kDataServer, endpoint("192.168.1.10", 51202)).server("200 ok\r\n").close();
    for (const auto& frame : again.frames()) story.frames().push_back(frame);
    const auto& report = played(with_nat({"192.168.0.0/16=203.113.213.117"}));
    EXPECT_EQ(report.flows.size(), 2u);
    ASSERT_EQ(report.negotiations.size(), 2u);
    EXPECT_EQ(report.negotiations[1].flow, 1u);
    EXPECT_EQ(report.negotiations[1].decision, alg::Decision::open);
    ASSERT_EQ(report.data_connections.size(), 2u);
    EXPECT_TRUE(report.data_connections[1].passes);
    EXPECT_TRUE(result->far.faults().empty());
  }
}

TEST_F(DataConnection, TwoClientsThatAnnounceOnePort) {
  Story other(endpoint("192.168.1.11", 4000), kServer, 70'000, 80'000);
  other.log_in().client("PORT 192,168,1,11,200,1\r\n");
  for (const auto& frame : other.frames()) story.frames().push_back(frame);
  story.wait(std::chrono::seconds(1)).client(kPortLine);
  story.data(kDataServer, kAnnounced, "for ten")
      .data(kDataServer, endpoint("192.168.1.11", 51201), "for eleven");
  const auto& report = played(with_nat({"192.168.0.0/16=203.0.113.7"}));
  ASSERT_EQ(report.negotiations.size(), 2u);
  EXPECT_EQ(report.negotiations[0].rewritten, endpoint("203.0.113.7", 51201));
  ASSERT_TRUE(report.negotiations[1].rewritten);
  const auto second = *report.negotiations[1].rewritten;
  EXPECT_NE(second.port, 51201);
  EXPECT_GE(second.port, 49152);
  ASSERT_EQ(report.data_connections.size(), 2u);
  EXPECT_TRUE(report.data_connections[0].passes);
  EXPECT_TRUE(report.data_connections[1].passes);
  EXPECT_EQ(result->far.text(kDataServer, second), "for ten");
  EXPECT_EQ(result->far.text(kDataServer, endpoint("203.0.113.7", 51201)), "for eleven");
}

}  // namespace
}  // namespace pinhole::test
