// What the gateway does because time has passed, not a moment before and not much later.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using namespace std::chrono_literals;
using alg::Reason;
using alg::Side;

class Moments : public testing::Test {
 protected:
  /// The time is this, and the gateway notices.
  void at(alg::Time time) {
    talk.now = time;
    talk.wait(0s, Side::client);
  }
  bool forgotten() const { return talk.gateway.usage().flows == 0; }

  static alg::Policy policy() {
    alg::Policy policy;
    policy.idle_timeout = 1000s;
    return policy;
  }
  static alg::Limits limits() {
    alg::Limits limits;
    limits.flow_linger = 100s;
    return limits;
  }
  Conversation talk{nat::masquerade(), policy(), limits()};
};

TEST_F(Moments, ASilentSessionIsForgottenWhenThePolicySays) {
  talk.log_in();
  at(999'999ms);
  EXPECT_FALSE(forgotten());
  at(1000s + 1ms);
  EXPECT_TRUE(forgotten());
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::idle});
}

TEST_F(Moments, ItsTimeRunsFromTheLastPacketOfEitherSide) {
  talk.log_in();
  at(600s);
  talk.client("NOOP\r\n");
  at(1200s);
  talk.server("200 ok\r\n");
  at(2200s - 1ms);
  EXPECT_FALSE(forgotten());
  at(2200s + 1ms);
  EXPECT_TRUE(forgotten());
}

TEST_F(Moments, ASessionInWhichNobodySpokeIsForgottenSoon) {
  talk.say(Side::client, "");
  at(100s - 1ms);
  EXPECT_FALSE(forgotten());
  at(100s + 1ms);
  EXPECT_TRUE(forgotten());
}

TEST_F(Moments, ASessionThatOneSideHasLeftIsForgottenSoon) {
  for (const Side side : {Side::client, Side::server}) {
    Conversation leaving(nat::masquerade(), policy(), limits());
    leaving.log_in();
    leaving.say(side, "", kFin);
    leaving.now = 100s - 1ms;
    leaving.wait(0s, side);
    EXPECT_EQ(leaving.gateway.usage().flows, 1u);
    leaving.now = 100s + 1ms;
    leaving.wait(0s, side);
    EXPECT_EQ(leaving.gateway.usage().flows, 0u);
  }
}

TEST_F(Moments, AClosedSessionLingersForItsRetransmissions) {
  talk.log_in();
  talk.now = 10s;
  talk.say(Side::client, "", kFin);
  talk.say(Side::server, "", kFin);
  ASSERT_EQ(talk.edge.ended, std::vector{Reason::session_ended});
  at(110s - 1ms);
  EXPECT_FALSE(forgotten());
  at(110s + 1ms);
  EXPECT_TRUE(forgotten());
  EXPECT_EQ(talk.edge.ended.size(), 1u) << "it ends once";
}

TEST_F(Moments, ADataConnectionIsLookedForEveryTenSeconds) {
  talk.log_in();
  talk.client("PORT 192,168,1,10,200,10\r\n");
  talk.server("200 ok\r\n");
  talk.client("RETR a\r\n");
  talk.server("150 opening\r\n");
  talk.tracker.transferring = true;
  at(10s - 1ms);
  EXPECT_TRUE(talk.tracker.kept_alive.empty());
  at(10s);
  EXPECT_EQ(talk.tracker.kept_alive.size(), 1u);
  at(20s - 1ms);
  EXPECT_EQ(talk.tracker.kept_alive.size(), 1u);
  at(20s);
  EXPECT_EQ(talk.tracker.kept_alive.size(), 2u);
  EXPECT_EQ(talk.tracker.sought.size(), 1u) << "and searched for once";
}

TEST_F(Moments, ATransferKeepsItsSessionHoweverLongItLasts) {
  talk.log_in();
  talk.client("PORT 192,168,1,10,200,10\r\n");
  talk.server("200 ok\r\n");
  talk.client("RETR a\r\n");
  talk.server("150 opening\r\n");
  talk.tracker.transferring = true;
  for (alg::Time time = 0s; time < 5000s; time += 5s) at(time);
  EXPECT_FALSE(forgotten());
  talk.tracker.transferring = false;
  at(5000s);  // it was there 10 s ago
  at(5990s - 1ms);
  EXPECT_FALSE(forgotten()) << "its silence began when the data connection was last there";
  at(5990s + 1ms);
  EXPECT_TRUE(forgotten());
}

TEST_F(Moments, StraysAreClosedOnceAMinute) {
  talk.log_in();
  at(0s);
  const alg::Listed stray{
      talk.view.key(Side::client), talk.view.server.address, {talk.view.seen.address, net::Port{5000}}};
  talk.tracker.strays = {stray};
  at(60s - 1ms);
  EXPECT_TRUE(talk.edge.closed.empty());
  at(60s);
  EXPECT_EQ(talk.edge.closed, std::vector{Reason::stray});
  talk.tracker.strays = {stray};
  at(120s - 1ms);
  EXPECT_EQ(talk.edge.closed.size(), 1u);
  at(120s);
  EXPECT_EQ(talk.edge.closed.size(), 2u);
}

TEST(Deadlines, ASessionThatOneSideHasLeftIsForgottenSoon) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.say(Side::server, "421 Timeout.\r\n", 0x01);
  talk.wait(alg::Limits{}.flow_linger, Side::client);
  EXPECT_EQ(talk.gateway.usage().flows, 1u);
  talk.wait(std::chrono::seconds(1), Side::client);
  EXPECT_EQ(talk.gateway.usage().flows, 0u);
}

TEST(Deadlines, SilentSessionsAreForgotten) {
  alg::Policy policy;
  policy.idle_timeout = std::chrono::seconds(100);
  Conversation talk(nat::none(), policy);
  talk.log_in();
  talk.wait(std::chrono::seconds(99), Side::client);
  EXPECT_EQ(talk.gateway.usage().flows, 1u);
  talk.wait(std::chrono::seconds(2), Side::client);
  EXPECT_EQ(talk.gateway.usage().flows, 0u);
}

TEST(Deadlines, SilentFlowsAreForgotten) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.gateway.tick(std::chrono::hours(1));
  EXPECT_EQ(talk.gateway.usage().flows, 1u);
  talk.gateway.tick(std::chrono::hours(3));
  EXPECT_EQ(talk.gateway.usage().flows, 0u);
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::idle});
}

}  // namespace
}  // namespace pinhole::test
