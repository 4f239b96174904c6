// judge: which lines open a pinhole, which are refused, and which mean nothing.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/negotiated.hpp"
#include "unit/control/offers.hpp"

namespace pinhole::test {
namespace {

using alg::Decision;
using alg::Reason;
using alg::Side;

TEST(JudgedLine, NothingBeforeLogin) {
  Conversation talk(nat::masquerade());
  talk.server("220 ready\r\n");
  EXPECT_EQ(talk.client(kOffer), "XXXX 192,168,1,10,200,10\r\n");
  expect_negotiation(talk, Decision::refuse, Reason::not_logged_in);
}

TEST(JudgedLine, NothingForWhatIsNoFtp) {
  Conversation talk(nat::masquerade());
  talk.server("220 evil server plays along\r\n");
  talk.client("POST / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(talk.edge.not_ftp, std::vector{Reason::not_ftp});
  talk.client("USER u\r\n");
  talk.server("230 in\r\n");
  EXPECT_EQ(talk.client(kOffer), kOffer);
  expect_negotiation(talk, Decision::ignore, Reason::not_ftp);
}

TEST(JudgedLine, NothingForASessionSeenFromItsMiddle) {
  Conversation talk(nat::masquerade());
  talk.server("250 ok\r\n");
  talk.client(kOffer);
  expect_negotiation(talk, Decision::ignore, Reason::mid_stream);
}

TEST(JudgedLine, BounceIsRefused) {
  Conversation talk(nat::none());
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 8,8,8,8,200,10\r\n"), "XXXX 8,8,8,8,200,10\r\n");
  expect_negotiation(talk, Decision::refuse, Reason::bounce);
  EXPECT_EQ(talk.server("500 XXXX not understood\r\n"), "500 XXXX not understood\r\n");
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
}

TEST(JudgedLine, LowPortsAndMalformedEndpointsAreRefused) {
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
    expect_negotiation(talk, Decision::refuse, reason);
  }
}

TEST(JudgedLine, AnAnswerNobodyAskedForIsIgnored) {
  Conversation talk(nat::forward());
  talk.log_in();
  EXPECT_EQ(talk.server("227 (10,0,0,2,200,10)\r\n"), "227 (10,0,0,2,200,10)\r\n");
  expect_negotiation(talk, Decision::ignore, Reason::unsolicited);
}

TEST(JudgedLine, AnAnswerOfAnotherHostIsRepairedOrRefused) {
  {
    Conversation talk(nat::forward());
    talk.log_in();
    talk.client("PASV\r\n");
    EXPECT_EQ(talk.server("227 (172,16,0,9,200,10)\r\n"), "227 (203,0,113,7,200,10)\r\n");
    expect_negotiation(talk, Decision::open, Reason::repaired);
    EXPECT_EQ(talk.negotiation().pinhole->forward_to, endpoint("10.0.0.2", 51210));
  }
  alg::Policy policy;
  policy.pasv_other_host = alg::PasvOtherHost::refuse;
  Conversation talk(nat::forward(), policy);
  talk.log_in();
  talk.client("PASV\r\n");
  talk.server("227 (172,16,0,9,200,10)\r\n");
  expect_negotiation(talk, Decision::refuse, Reason::other_host);
}

TEST(JudgedLine, RepairingWithoutNatKeepsTheLength) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.client("PASV\r\n");
  const std::string reply = "227 Entering Passive Mode (10,0,0,1,200,10).\r\n";
  const auto read = talk.server(reply);
  EXPECT_EQ(read.size(), reply.size());
  EXPECT_TRUE(read.starts_with("227 (198,51,100,2,200,10) "));
  expect_negotiation(talk, Decision::open, Reason::repaired);
}

TEST(JudgedLine, AnExternalAddressIsLeftAlone) {
  alg::Policy policy;
  policy.external_addresses.push_back(endpoint("203.0.113.50", 0).address);
  Conversation talk(nat::forward(), policy);
  talk.log_in();
  talk.client("PASV\r\n");
  EXPECT_EQ(talk.server("227 (203,0,113,50,200,10)\r\n"), "227 (203,0,113,50,200,10)\r\n");
  expect_negotiation(talk, Decision::open, Reason::negotiated);
  EXPECT_EQ(talk.negotiation().pinhole->to, endpoint("203.0.113.50", 51210));
}

TEST(JudgedLine, AfterEpsvAllOnlyEpsv) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("EPSV ALL\r\n");
  talk.server("200 ok\r\n");
  talk.client(kOffer);
  expect_negotiation(talk, Decision::refuse, Reason::epsv_all);
  talk.server("500 no\r\n");
  talk.client("EPSV\r\n");
  talk.server("229 ok (|||51210|)\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

TEST(JudgedLine, NothingInsideTlsAndEverythingAfterClearCommandChannel) {
  Conversation talk(nat::masquerade());
  talk.server("220 hi\r\n");
  talk.client("AUTH TLS\r\n");
  talk.server("234 go\r\n");
  const std::string record{"\x17\x03\x03\x00\x1aPORT 192,168,1,10,200,10\r\n", 31};
  EXPECT_EQ(talk.client(record), record);
  EXPECT_EQ(talk.server(record), record);
  EXPECT_TRUE(talk.edge.negotiations.empty());
  EXPECT_EQ(talk.client(kOffer), "PORT 203,0,113,7,200,10\r\n");
  expect_negotiation(talk, Decision::open, Reason::negotiated);
  EXPECT_EQ(talk.server("200 ok\r\n"), "200 ok\r\n");
}

TEST(JudgedLine, PretendedTlsDoesNotReplaceTheLogin) {
  Conversation talk(nat::masquerade());
  talk.server("220 hi\r\n");
  talk.client("AUTH TLS\r\n");
  talk.server("234 go\r\n");
  talk.client(kOffer);
  EXPECT_TRUE(talk.tracker.opened.empty());
}

TEST(JudgedLine, NothingIsOpenedOnceASideHasEnded) {
  Conversation talk(nat::both());
  talk.log_in();
  talk.client("PASV\r\n");
  talk.say(Side::client, "", kFin);
  EXPECT_EQ(talk.server("227 (10,0,0,2,200,10)\r\n"), "227 (10,0,0,2,200,10)\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::ignore);
  EXPECT_EQ(talk.negotiation().reason, Reason::session_ended);
  EXPECT_TRUE(talk.tracker.opened.empty());

  Conversation broken(nat::both());
  broken.log_in();
  broken.client("PASV\r\n");
  broken.say(Side::client, "", kRst);
  broken.server("227 (10,0,0,2,200,10)\r\n");
  EXPECT_TRUE(broken.tracker.opened.empty());
}

}  // namespace
}  // namespace pinhole::test
