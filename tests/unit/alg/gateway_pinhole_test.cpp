// When a pinhole is opened, when it is not, and when it goes.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using alg::Decision;
using alg::Reason;
using alg::Side;

constexpr std::string_view kPort = "PORT 192,168,1,10,200,10\r\n";

void expect(const Conversation& talk, Decision decision, Reason reason) {
  ASSERT_FALSE(talk.edge.negotiations.empty());
  EXPECT_STREQ(to_string(talk.negotiation().decision), to_string(decision));
  EXPECT_EQ(alg::name_of(talk.negotiation().reason), alg::name_of(reason));
  if (decision != Decision::open) {
    EXPECT_TRUE(talk.tracker.opened.empty());
  }
}

TEST(GatewayPinhole, NothingBeforeLogin) {
  Conversation talk(nat::masquerade());
  talk.server("220 ready\r\n");
  EXPECT_EQ(talk.client(kPort), "XXXX 192,168,1,10,200,10\r\n");
  expect(talk, Decision::refuse, Reason::not_logged_in);
}

TEST(GatewayPinhole, NothingForWhatIsNoFtp) {
  Conversation talk(nat::masquerade());
  talk.server("220 evil server plays along\r\n");
  talk.client("POST / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(talk.edge.foreign, std::vector{Reason::not_ftp});
  talk.client("USER u\r\n");
  talk.server("230 in\r\n");
  EXPECT_EQ(talk.client(kPort), kPort);
  expect(talk, Decision::ignore, Reason::not_ftp);
}

TEST(GatewayPinhole, NothingForASessionSeenFromItsMiddle) {
  Conversation talk(nat::masquerade());
  talk.server("250 ok\r\n");
  talk.client(kPort);
  expect(talk, Decision::ignore, Reason::mid_stream);
}

TEST(GatewayPinhole, BounceIsRefused) {
  Conversation talk(nat::none());
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 8,8,8,8,200,10\r\n"), "XXXX 8,8,8,8,200,10\r\n");
  expect(talk, Decision::refuse, Reason::bounce);
  EXPECT_EQ(talk.server("500 XXXX not understood\r\n"), "500 XXXX not understood\r\n");
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
}

TEST(GatewayPinhole, LowPortsAndMalformedEndpointsAreRefused) {
  for (const auto& [line, reason] : {std::pair{"PORT 192,168,1,10,0,22\r\n", Reason::port_too_low},
                                     {"PORT 192,168,1,10,0,0\r\n", Reason::port_too_low},
                                     {"PORT 192,168,1,10,260,22\r\n", Reason::malformed},
                                     {"PORT 192,168,1,10,4,1,1\r\n", Reason::malformed},
                                     {"PORT\r\n", Reason::malformed},
                                     {"EPRT |2|fd00::1|5000|\r\n", Reason::other_family},
                                     {"EPRT |1|192.168.1.10|99999|\r\n", Reason::malformed}}) {
    Conversation talk(nat::masquerade());
    talk.log_in();
    EXPECT_EQ(talk.client(line), "XXXX" + std::string(line).substr(4));
    expect(talk, Decision::refuse, reason);
  }
}

TEST(GatewayPinhole, AnAnswerNobodyAskedForIsIgnored) {
  Conversation talk(nat::forward());
  talk.log_in();
  EXPECT_EQ(talk.server("227 (10,0,0,2,200,10)\r\n"), "227 (10,0,0,2,200,10)\r\n");
  expect(talk, Decision::ignore, Reason::unsolicited);
}

TEST(GatewayPinhole, InsideAMultilineReplyNothingCounts) {
  Conversation talk(nat::forward());
  talk.log_in();
  talk.client("PASV\r\n");
  talk.server("200-first\r\n227 (10,0,0,2,200,10)\r\n200 last\r\n");
  EXPECT_TRUE(talk.edge.negotiations.empty());
}

TEST(GatewayPinhole, ARefusedAnswerBecomesA425OfTheSameLength) {
  Conversation talk(nat::forward());
  talk.log_in();
  talk.client("PASV\r\n");
  const std::string reply = "227 Entering Passive Mode (10,0,0,2,0,22).\r\n";
  const auto read = talk.server(reply);
  EXPECT_EQ(read.substr(0, 4), "425 ");
  EXPECT_EQ(read.size(), reply.size());
  EXPECT_TRUE(read.ends_with("\r\n"));
  expect(talk, Decision::refuse, Reason::port_too_low);
}

TEST(GatewayPinhole, AForeignAnswerIsRepairedOrRefused) {
  {
    Conversation talk(nat::forward());
    talk.log_in();
    talk.client("PASV\r\n");
    EXPECT_EQ(talk.server("227 (172,16,0,9,200,10)\r\n"), "227 (203,0,113,7,200,10)\r\n");
    expect(talk, Decision::open, Reason::repaired);
    EXPECT_EQ(talk.negotiation().pinhole->forward_to, endpoint("10.0.0.2", 51210));
  }
  alg::Policy policy;
  policy.pasv_other_host = alg::PasvOtherHost::refuse;
  Conversation talk(nat::forward(), policy);
  talk.log_in();
  talk.client("PASV\r\n");
  talk.server("227 (172,16,0,9,200,10)\r\n");
  expect(talk, Decision::refuse, Reason::other_host);
}

TEST(GatewayPinhole, RepairingWithoutNatKeepsTheLength) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.client("PASV\r\n");
  const std::string reply = "227 Entering Passive Mode (10,0,0,1,200,10).\r\n";
  const auto read = talk.server(reply);
  EXPECT_EQ(read.size(), reply.size());
  EXPECT_TRUE(read.starts_with("227 (198,51,100,2,200,10) "));
  expect(talk, Decision::open, Reason::repaired);
}

TEST(GatewayPinhole, AnExternalAddressIsLeftAlone) {
  alg::Policy policy;
  policy.external_addresses.push_back(endpoint("203.0.113.50", 0).address);
  Conversation talk(nat::forward(), policy);
  talk.log_in();
  talk.client("PASV\r\n");
  EXPECT_EQ(talk.server("227 (203,0,113,50,200,10)\r\n"), "227 (203,0,113,50,200,10)\r\n");
  expect(talk, Decision::open, Reason::negotiated);
  EXPECT_EQ(talk.negotiation().pinhole->to, endpoint("203.0.113.50", 51210));
}

TEST(GatewayPinhole, OnAClashAnotherPublicPortIsAnnounced) {
  alg::Policy policy;
  policy.public_ports = {50000, 50003};
  Conversation talk(nat::masquerade(), policy);
  talk.tracker.taken_ports = {51210, 50000, 50001};
  talk.log_in();
  EXPECT_EQ(talk.client(kPort), "PORT 203,0,113,7,195,82\r\n");  // 50002
  expect(talk, Decision::open, Reason::negotiated);
  EXPECT_EQ(talk.negotiation().pinhole->forward_to.port, 51210);
}

TEST(GatewayPinhole, AnExhaustedRangeIsACleanRefusal) {
  alg::Policy policy;
  policy.public_ports = {50000, 50001};
  Conversation talk(nat::forward(), policy);
  talk.tracker.taken_ports = {51210, 50000, 50001};
  talk.log_in();
  talk.client("EPSV\r\n");
  EXPECT_TRUE(talk.server("229 ok (|||51210|)\r\n").starts_with("425 "));
  expect(talk, Decision::refuse, Reason::ports_exhausted);
}

TEST(GatewayPinhole, WithoutNatAClashCannotBeAvoided) {
  Conversation talk(nat::none());
  talk.tracker.taken_ports = {51210};
  talk.log_in();
  talk.client(kPort);
  expect(talk, Decision::refuse, Reason::port_taken);
}

TEST(GatewayPinhole, ATrackerThatFailsRefuses) {
  Conversation talk(nat::masquerade());
  talk.tracker.refuses = true;
  talk.log_in();
  EXPECT_TRUE(talk.client(kPort).starts_with("XXXX"));
  expect(talk, Decision::refuse, Reason::expectation_refused);
}

TEST(GatewayPinhole, WithdrawnWhenTheServerRefuses) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client(kPort);
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("500 no\r\n");
  EXPECT_TRUE(talk.tracker.open_now.empty());
  EXPECT_EQ(talk.edge.closed, std::vector{Reason::server_refused});
}

TEST(GatewayPinhole, TheRefusalOfAnOlderPortLeavesTheNewerPinhole) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.client("PORT 192,168,1,10,4,1\r\n");
  talk.client("PORT 192,168,1,10,4,2\r\n");
  talk.server("500 no\r\n");
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("500 no\r\n");
  EXPECT_TRUE(talk.tracker.open_now.empty());
}

TEST(GatewayPinhole, WithdrawnByQuitFinAndReset) {
  for (int how = 0; how < 3; ++how) {
    Conversation talk(nat::masquerade());
    talk.log_in();
    talk.client(kPort);
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

TEST(GatewayPinhole, AfterEpsvAllOnlyEpsv) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("EPSV ALL\r\n");
  talk.server("200 ok\r\n");
  talk.client(kPort);
  expect(talk, Decision::refuse, Reason::epsv_all);
  talk.server("500 no\r\n");
  talk.client("EPSV\r\n");
  talk.server("229 ok (|||51210|)\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

TEST(GatewayPinhole, NothingInsideTlsAndEverythingAfterClearCommandChannel) {
  Conversation talk(nat::masquerade());
  talk.server("220 hi\r\n");
  talk.client("AUTH TLS\r\n");
  talk.server("234 go\r\n");
  const std::string record{"\x17\x03\x03\x00\x1aPORT 192,168,1,10,200,10\r\n", 31};
  EXPECT_EQ(talk.client(record), record);
  EXPECT_EQ(talk.server(record), record);
  EXPECT_TRUE(talk.edge.negotiations.empty());
  EXPECT_EQ(talk.client(kPort), "PORT 203,0,113,7,200,10\r\n");
  expect(talk, Decision::open, Reason::negotiated);
  EXPECT_EQ(talk.server("200 ok\r\n"), "200 ok\r\n");
}

TEST(GatewayPinhole, PretendedTlsDoesNotReplaceTheLogin) {
  Conversation talk(nat::masquerade());
  talk.server("220 hi\r\n");
  talk.client("AUTH TLS\r\n");
  talk.server("234 go\r\n");
  talk.client(kPort);
  EXPECT_TRUE(talk.tracker.opened.empty());
}

}  // namespace
}  // namespace pinhole::test
