// Full tables refuse the newest, and nobody else notices.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using alg::Side;
using Action = alg::Verdict::Action;

constexpr std::uint8_t kSynAck = 0x12;

/// Many connections through one gateway.
class Crowd : public testing::Test {
 protected:
  void open(alg::Policies policies, alg::Limits limits = {}) {
    gateway_.emplace(std::move(policies), limits, gateway::Surroundings{tracker, tracker, edge, edge});
  }
  alg::NatView connection(const char* client, net::Port port) {
    alg::NatView view = nat::masquerade();
    view.id = ++ids_;
    view.client = {net::IpAddress::parse(client).value(), port};
    view.seen.port = port;
    tracker.connections.push_back(view);
    return view;
  }
  /// The server's SYN-ACK; true if it passes.
  bool begin(const alg::NatView& view) { return say(view, Side::server, kSynAck, {}); }
  bool begin(const char* client, net::Port port) { return begin(connection(client, port)); }
  bool say(const alg::NatView& view, Side side, std::uint8_t flags, std::string_view text) {
    const auto key = view.key(side);
    SegmentSpec spec{key.source, key.destination, net::Seq(1000), net::Seq(2001), text};
    spec.flags = flags;
    gateway_->packet(++packets_, make_segment(spec), now);
    return edge.verdicts.at(packets_).action == Action::accept;
  }
  void tick(std::chrono::seconds time) { gateway_->tick(now += time); }

  FakeTracker tracker;
  FakeEdge edge;
  alg::Time now{};
  alg::PacketId packets_ = 0;
  std::uint64_t ids_ = 0;
  std::optional<RouterModel> gateway_;
};

TEST_F(Crowd, AClientHasItsShareOfSessions) {
  alg::Policy policy;
  policy.sessions_per_client = 2;
  open(policy);
  EXPECT_TRUE(begin("192.168.1.10", 40001));
  const auto second = connection("192.168.1.10", 40002);
  EXPECT_TRUE(begin(second));
  EXPECT_FALSE(begin("192.168.1.10", 40003));
  EXPECT_EQ(edge.refusals, std::vector{Reason::too_many_sessions});
  const auto reset = net::TcpSegment::parse(edge.verdicts.at(packets_).packet);
  EXPECT_TRUE(std::get<net::TcpSegment>(reset).rst());
  EXPECT_TRUE(edge.sent_back.contains(packets_)) << "the server, too, is told";
  EXPECT_TRUE(begin("192.168.1.11", 40013)) << "another client";
  EXPECT_TRUE(say(second, Side::client, 0x04, {}));
  EXPECT_TRUE(begin("192.168.1.10", 40004)) << "one has ended";
}

TEST_F(Crowd, ASessionThatIsThereIsNotResetForItsNumber) {
  alg::Policy policy;
  policy.sessions_per_client = 1;
  open(policy);
  EXPECT_TRUE(begin("192.168.1.10", 40001));
  EXPECT_TRUE(say(connection("192.168.1.10", 40002), Side::server, 0x18, "226 done\r\n"));
}

TEST_F(Crowd, ObservedOnly) {
  alg::Policy policy;
  policy.sessions_per_client = 1;
  policy.observe = true;
  open(policy);
  EXPECT_TRUE(begin("192.168.1.10", 40001));
  EXPECT_TRUE(begin("192.168.1.10", 40002));
  EXPECT_EQ(edge.refusals, std::vector{Reason::too_many_sessions});
}

TEST_F(Crowd, AFullTableResetsTheNewest) {
  alg::Limits limits;
  limits.flows = 3;
  open({}, limits);
  for (net::Port port = 1; port <= 3; ++port) EXPECT_TRUE(begin("192.168.1.10", port));
  EXPECT_FALSE(begin("192.168.1.11", 4));
  EXPECT_EQ(edge.verdicts.at(packets_).reason, Reason::session_table_full);
  EXPECT_TRUE(say(connection("192.168.1.12", 5), Side::client, 0x18, "NOOP\r\n")) << "it was there before";
  EXPECT_EQ(gateway_->usage().flows, 3u);
}

TEST_F(Crowd, ClosedSessionsMakeRoom) {
  alg::Limits limits;
  limits.flows = 3;
  open({}, limits);
  for (net::Port port = 1; port <= 100; ++port) {
    const auto view = connection("192.168.1.10", port);
    ASSERT_TRUE(begin(view)) << port;
    ASSERT_TRUE(say(view, Side::client, 0x04, {}));
    EXPECT_LE(gateway_->usage().flows, 3u);
  }
}

TEST_F(Crowd, TheSamePortsAgainAreANewSession) {
  open({});
  const auto view = connection("192.168.1.10", 40001);
  begin(view);
  say(view, Side::client, 0x04, {});
  EXPECT_TRUE(begin(view));
  EXPECT_EQ(edge.flows_began, 2);
  EXPECT_EQ(edge.ended, std::vector{Reason::session_ended});
}

TEST_F(Crowd, WhoSaysNothingKeepsItsPlaceForAShortTimeOnly) {
  open({});
  begin("192.168.1.10", 40001);
  tick(alg::Limits{}.flow_linger + std::chrono::seconds(1));
  EXPECT_EQ(gateway_->usage().flows, 0u);
}

/// Masquerading gives a public endpoint away again before the gateway has heard of its first owner's end.
TEST_F(Crowd, ATupleThatBelongsToAnotherByNow) {
  open({});
  const auto first = connection("192.168.1.10", 40001);
  begin(first);
  tracker.connections.clear();
  const auto second = connection("192.168.1.11", 40001);  // the same `seen`
  say(second, Side::client, 0x18, "NOOP\r\n");
  EXPECT_EQ(gateway_->usage().flows, 1u);
  for (int i = 0; i < 3; ++i) tick(std::chrono::seconds(7000));
  EXPECT_EQ(gateway_->usage().flows, 0u);
  EXPECT_EQ(edge.ended, (std::vector{Reason::tuple_reused, Reason::idle}));
}

TEST_F(Crowd, OneClientDoesNotFillTheWaitingRoom) {
  alg::Limits limits;
  limits.waiting_packets = 8;
  open({}, limits);
  const auto half_line = [&](const char* client, net::Port port) {
    const auto view = connection(client, port);
    begin(view);
    const auto key = view.key(Side::client);
    SegmentSpec spec{key.source, key.destination, net::Seq(2101), net::Seq(1001), "behind a gap\r\n"};
    spec.flags = 0x18;
    gateway_->packet(++packets_, make_segment(spec), now);
    return !edge.verdicts.contains(packets_);  // it waits
  };
  int waiting = 0;
  for (net::Port port = 1; port <= 20; ++port) waiting += half_line("192.168.1.10", port);
  EXPECT_GT(waiting, 0);
  EXPECT_LT(waiting, 8);
  EXPECT_TRUE(half_line("192.168.1.11", 40000));
}

TEST(Limits, PinholesOfASession) {
  alg::Policy policy;
  policy.pinholes_per_session = 2;
  Conversation talk(nat::masquerade(), policy);
  talk.log_in();
  for (const int port : {1, 2, 3}) talk.client("PORT 192,168,1,10,40," + std::to_string(port) + "\r\n");
  EXPECT_EQ(talk.tracker.opened.size(), 2u);
  EXPECT_EQ(talk.negotiation().reason, Reason::too_many_pinholes);
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
}

TEST(Limits, CommandsWithoutAReply) {
  alg::Policy policy;
  policy.max_outstanding_commands = 3;
  Conversation talk(nat::none(), policy);
  talk.log_in();
  for (int i = 0; i < 4; ++i) talk.client("NOOP\r\n");
  EXPECT_EQ(talk.edge.foreign, std::vector{Reason::too_many_commands});
  talk.client("PORT 192,168,1,10,40,0\r\n");
  EXPECT_EQ(talk.negotiation().reason, Reason::too_many_commands);
}

TEST(Limits, ASessionThatOneSideHasLeftIsForgottenSoon) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.say(Side::server, "421 Timeout.\r\n", 0x01);
  talk.wait(alg::Limits{}.flow_linger, Side::client);
  EXPECT_EQ(talk.gateway.usage().flows, 1u);
  talk.wait(std::chrono::seconds(1), Side::client);
  EXPECT_EQ(talk.gateway.usage().flows, 0u);
}

TEST(Limits, SilentSessionsAreForgotten) {
  alg::Policy policy;
  policy.idle_timeout = std::chrono::seconds(100);
  Conversation talk(nat::none(), policy);
  talk.log_in();
  talk.wait(std::chrono::seconds(99), Side::client);
  EXPECT_EQ(talk.gateway.usage().flows, 1u);
  talk.wait(std::chrono::seconds(2), Side::client);
  EXPECT_EQ(talk.gateway.usage().flows, 0u);
}

}  // namespace
}  // namespace pinhole::test
