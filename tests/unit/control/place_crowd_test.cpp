// place: full tables refuse the newest, and nobody else notices.

#include <gtest/gtest.h>

#include "unit/control/crowd.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using alg::Side;

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

}  // namespace
}  // namespace pinhole::test
