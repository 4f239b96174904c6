// open: which pinhole and which port, and when a pinhole is withdrawn.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/both_sides.hpp"
#include "unit/control/negotiated.hpp"
#include "unit/control/offers.hpp"

namespace pinhole::test {
namespace {

using alg::Decision;
using alg::Reason;
using alg::Side;

TEST(Negotiator, OnAClashAnotherPublicPortIsAnnounced) {
  alg::Policy policy;
  policy.public_ports = {50000, 50003};
  Conversation talk(nat::masquerade(), policy);
  talk.tracker.taken_ports = {51210, 50000, 50001};
  talk.log_in();
  EXPECT_EQ(talk.client(kOffer), "PORT 203,0,113,7,195,82\r\n");  // 50002
  expect_negotiation(talk, Decision::open, Reason::negotiated);
  EXPECT_EQ(talk.negotiation().pinhole->forward_to.port, 51210);
}

TEST(Negotiator, AnExhaustedRangeIsACleanRefusal) {
  alg::Policy policy;
  policy.public_ports = {50000, 50001};
  Conversation talk(nat::forward(), policy);
  talk.tracker.taken_ports = {51210, 50000, 50001};
  talk.log_in();
  talk.client("EPSV\r\n");
  EXPECT_TRUE(talk.server("229 ok (|||51210|)\r\n").starts_with("425 "));
  expect_negotiation(talk, Decision::refuse, Reason::ports_exhausted);
}

/// Behind a second NAT only some ports arrive.
TEST(Negotiator, OnlyPublicPortsAreAnnouncedWhereThePolicySaysSo) {
  alg::Policy policy;
  policy.public_ports = {50000, 50002};
  policy.public_ports_only = true;
  Conversation talk(nat::masquerade(), policy);
  talk.tracker.taken_ports = {50000};
  talk.log_in();
  EXPECT_EQ(talk.client(kOffer), "PORT 203,0,113,7,195,81\r\n");  // 50001
  EXPECT_EQ(talk.negotiation().pinhole->forward_to.port, 51210);
  talk.server("200 ok\r\n");
  EXPECT_EQ(talk.client("EPRT |1|192.168.1.10|50002|\r\n"), "EPRT |1|203.0.113.7|50002|\r\n")
      << "it lies within";
  Conversation routed(nat::none(), policy);
  routed.log_in();
  EXPECT_EQ(routed.client(kOffer), kOffer) << "nothing is translated";
}

TEST(Negotiator, WithoutNatAClashCannotBeAvoided) {
  Conversation talk(nat::none());
  talk.tracker.taken_ports = {51210};
  talk.log_in();
  talk.client(kOffer);
  expect_negotiation(talk, Decision::refuse, Reason::port_taken);
}

TEST(Negotiator, ATrackerThatFailsRefuses) {
  Conversation talk(nat::masquerade());
  talk.tracker.refuses = true;
  talk.log_in();
  EXPECT_TRUE(talk.client(kOffer).starts_with("XXXX"));
  expect_negotiation(talk, Decision::refuse, Reason::expectation_refused);
}

TEST(Negotiator, PinholesOfASession) {
  alg::Policy policy;
  policy.pinholes_per_session = 2;
  Conversation talk(nat::masquerade(), policy);
  talk.log_in();
  for (const int port : {1, 2, 3}) talk.client("PORT 192,168,1,10,40," + std::to_string(port) + "\r\n");
  EXPECT_EQ(talk.tracker.opened.size(), 2u);
  EXPECT_EQ(talk.negotiation().reason, Reason::too_many_pinholes);
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
}

TEST(Negotiator, WithdrawnWhenTheServerRefuses) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client(kOffer);
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("500 no\r\n");
  EXPECT_TRUE(talk.tracker.open_now.empty());
  EXPECT_EQ(talk.edge.closed, std::vector{Reason::server_refused});
}

TEST(Negotiator, TheRefusalOfAnOlderPortLeavesTheNewerPinhole) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.client("PORT 192,168,1,10,4,1\r\n");
  talk.client("PORT 192,168,1,10,4,2\r\n");
  talk.server("500 no\r\n");
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("500 no\r\n");
  EXPECT_TRUE(talk.tracker.open_now.empty());
}

TEST(Negotiator, WithdrawnByQuitFinAndReset) {
  for (int how = 0; how < 3; ++how) {
    Conversation talk(nat::masquerade());
    talk.log_in();
    talk.client(kOffer);
    talk.server("200 ok\r\n");
    ASSERT_EQ(talk.tracker.open_now.size(), 1u);
    if (how == 0) {
      talk.client("QUIT\r\n");
      talk.server("221 bye\r\n");
    } else {
      talk.say(Side::client, "", how == 1 ? kFin : kRst);
    }
    EXPECT_TRUE(talk.tracker.open_now.empty()) << how;
    EXPECT_EQ(talk.edge.closed, std::vector{Reason::session_ended}) << how;
  }
}

TEST_P(BothSides, AFinWithdrawsThePinhole) {
  EXPECT_EQ(say(line), edited);
  ASSERT_EQ(talk.tracker.open_now.size(), 1u);
  say("", kFin);
  EXPECT_TRUE(talk.tracker.open_now.empty());
  EXPECT_TRUE(talk.edge.ended.empty()) << "the other half is open";
  talk.say(reader(), "", kFin);
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::session_ended});
}

}  // namespace
}  // namespace pinhole::test
