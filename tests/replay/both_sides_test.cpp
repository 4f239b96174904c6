// Captures taken on the router itself: every packet is there twice.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "app/replay_output.hpp"
#include "hosts.hpp"
#include "pinhole/net/packet_edit.hpp"
#include "played.hpp"

namespace pinhole::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr std::size_t kEthernet = 14;
using Translations = std::map<net::Endpoint, net::Endpoint>;

/// Each frame as it arrives and as it leaves. The story tells the hidden hosts' side; what comes from
/// `outside` arrives translated.
Story both_sides(const Story& story, const Translations& translations, const net::Endpoint& outside) {
  Story twice(kClient, kServer);
  for (const auto& frame : story.frames()) {
    auto other = frame;
    const auto packet = std::span(other.bytes).subspan(kEthernet);
    const auto segment = std::get<net::TcpSegment>(net::TcpSegment::parse(packet));
    const auto translated = [&](const net::Endpoint& end) {
      const auto found = translations.find(end);
      return found == translations.end() ? end : found->second;
    };
    const bool inwards = segment.source().address == outside.address;
    net::readdress(packet, translated(segment.source()), translated(segment.destination()));
    for (const auto* each : {inwards ? &other : &frame, inwards ? &frame : &other}) {
      twice.frames().push_back(*each);
      twice.frames().back().time = std::chrono::milliseconds(5 * twice.frames().size());
    }
  }
  return twice;
}

class BothSides : public testing::Test {
 protected:
  /// A session with one transfer in each mode.
  static Story session() {
    Story story(kClient, kServer);
    story.log_in().client(kPortLine).server("200 ok\r\n").data(kDataServer, kAnnounced);
    story.client("PASV\r\n").server("227 (198,51,100,2,200,2)\r\n");
    story.data({kClient.address, 50'000}, {kServer.address, 51'202}).close();
    return story;
  }
  static void expect_one_session(const pcap::Report& report) {
    EXPECT_EQ(report.flows.size(), 1u);
    ASSERT_EQ(report.negotiations.size(), 2u);
    for (const auto& negotiation : report.negotiations)
      EXPECT_EQ(negotiation.decision, alg::Decision::open) << alg::name_of(negotiation.reason);
    ASSERT_EQ(report.data_connections.size(), 2u);
    for (const auto& data : report.data_connections) EXPECT_TRUE(data.passes) << data.to.to_string();
  }
};

TEST_F(BothSides, OfMasquerade) {
  auto story = both_sides(session(),
                          {{kClient, kSeen},
                           {kAnnounced, {kSeen.address, kAnnounced.port}},
                           {{kClient.address, 50'000}, {kSeen.address, 50'000}}},
                          kServer);
  for (const auto& options : {with_nat({}), with_nat({"192.168.0.0/16=203.113.213.117"})}) {
    const auto result = play(story, options);
    expect_one_session(result.report);
    EXPECT_EQ(result.report.flows.at(0).view.seen, kSeen);
    EXPECT_EQ(result.report.negotiations.at(0).rewritten, (net::Endpoint{kSeen.address, kAnnounced.port}));
    EXPECT_THAT(result.far.text(kSeen, kServer), HasSubstr(kPublicPortLine));
    EXPECT_THAT(app::report_gaps(result.report), Contains(HasSubstr("on the other side of NAT")));
  }
}

TEST_F(BothSides, OfAServerBehindNat) {
  const auto dialed = endpoint("203.0.113.7", 21);
  auto story = both_sides(session(),
                          {{kServer, dialed},
                           {kDataServer, {dialed.address, 20}},
                           {{kServer.address, 51'202}, {dialed.address, 51'202}}},
                          kClient);
  for (const auto& options : {with_nat({}), with_nat({}, {"203.0.113.7=198.51.100.2"})}) {
    const auto result = play(story, options);
    expect_one_session(result.report);
    EXPECT_EQ(result.report.flows.at(0).view.dialed, dialed);
    EXPECT_EQ(result.report.negotiations.at(1).rewritten, (net::Endpoint{dialed.address, 51'202}));
  }
}

TEST_F(BothSides, WithoutNat) {
  auto story = both_sides(session(), {}, kServer);
  expect_one_session(play(story, with_nat({})).report);
}

/// A number that comes again a second later is another connection's.
TEST_F(BothSides, TwoSessionsAreTwo) {
  Story story(kClient, kServer, 1000);
  story.open().wait(std::chrono::seconds(1));
  Story other(endpoint("192.168.1.11", 4000), kServer, 1000);
  other.open();
  for (auto frame : other.frames()) {
    frame.time += std::chrono::seconds(2);
    story.frames().push_back(frame);
  }
  EXPECT_EQ(play(story, with_nat({})).report.flows.size(), 2u);
}

/// Not even the beginning of the session is there.
TEST_F(BothSides, OfASessionInItsMiddle) {
  Story story(kClient, kServer);
  story.client("NOOP\r\n").server("200 ok\r\n").client(kPortLine);
  auto twice = both_sides(story, {{kClient, kSeen}}, kServer);
  EXPECT_EQ(play(twice, with_nat({})).report.flows.size(), 1u);
}

}  // namespace
}  // namespace pinhole::test
