// Lines cut into several segments.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Decision;
using alg::Reason;
using alg::Side;

TEST(GatewaySplit, APortCutAnywhereIsRewrittenWhole) {
  const std::string line = "PORT 192,168,1,10,200,10\r\n";
  for (std::size_t cut = 1; cut < line.size(); ++cut) {
    Conversation talk(nat::masquerade());
    talk.log_in();
    EXPECT_EQ(talk.client(line.substr(0, cut)), "") << cut;
    const auto beginning = talk.last_id();
    EXPECT_FALSE(talk.edge.verdicts.contains(beginning));  // should the rest never come
    ASSERT_TRUE(talk.edge.sent_back.contains(beginning));
    EXPECT_EQ(talk.client(line.substr(cut)), "PORT 203,0,113,7,200,10\r\n") << cut;
    EXPECT_EQ(talk.edge.verdicts.at(beginning).action, Action::drop);
    EXPECT_EQ(talk.edge.verdicts.at(beginning).reason, Reason::acknowledged_locally);
    talk.server("200 ok\r\n");
    EXPECT_EQ(talk.client("LIST\r\n"), "LIST\r\n");
    EXPECT_EQ(talk.negotiation().decision, Decision::open);
  }
}

TEST(GatewaySplit, AnAnswerByteByByte) {
  for (const auto& view : {nat::forward(), nat::both()}) {
    Conversation talk(view);
    talk.log_in();
    talk.client("PASV\r\n");
    std::string read;
    for (const char byte : std::string("227 Passive (10,0,0,2,200,10).\r\n")) read += talk.server({&byte, 1});
    EXPECT_EQ(read, "227 Passive (203,0,113,7,200,10).\r\n");
    EXPECT_EQ(talk.client("LIST\r\n"), "LIST\r\n");
    EXPECT_EQ(talk.server("150 ok\r\n"), "150 ok\r\n");
  }
}

TEST(GatewaySplit, TheAcknowledgmentIsInTheReceiversName) {
  Conversation talk(nat::both());
  talk.log_in();
  talk.client("PORT 19");
  const auto& ack = talk.edge.sent_back.at(talk.last_id());
  ASSERT_TRUE(checksums_right(ack));
  const auto parsed = net::TcpSegment::parse(ack);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  EXPECT_EQ(segment.source(), talk.view.dialed);
  EXPECT_EQ(segment.destination(), talk.view.client);
  EXPECT_EQ(segment.ack(), talk.next(Side::client));
  EXPECT_EQ(segment.seq(), talk.next(Side::server));
  EXPECT_TRUE(segment.payload().empty());
  ASSERT_TRUE(segment.timestamps());
  EXPECT_EQ(segment.timestamps()->value, 2222u);
  EXPECT_EQ(segment.timestamps()->echo, 1111u);
}

TEST(GatewaySplit, WhatTurnsOutToBeAnotherCommandLeavesAsItWas) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  EXPECT_EQ(talk.client("P"), "");
  EXPECT_EQ(talk.client("W"), "PW");
  EXPECT_EQ(talk.client("D\r\n"), "D\r\n");
}

TEST(GatewaySplit, LinesThatNeedNoEditAreNeverDelayed) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  EXPECT_EQ(talk.client("RETR a fi"), "RETR a fi");
  EXPECT_EQ(talk.client("le\r\n"), "le\r\n");
  EXPECT_EQ(talk.server("150 op"), "150 op");
  EXPECT_EQ(talk.server("en\r\n"), "en\r\n");
}

TEST(GatewaySplit, NothingIsAbsorbedBeforeTheLogin) {
  Conversation talk(nat::masquerade());
  talk.server("220 ready\r\n");
  talk.client("USER u\r\n");
  talk.server("331 password\r\n");
  EXPECT_EQ(talk.client("P"), "P");
  EXPECT_EQ(talk.client("ASS p\r\nP"), "ASS p\r\n") << "by the end of this line the login may be over";
  EXPECT_EQ(talk.server("230 welcome\r\n"), "230 welcome\r\n");
  EXPECT_EQ(talk.client("ORT 192,168,1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
}

TEST(GatewaySplit, NothingIsAbsorbedWithoutNat) {
  Conversation talk(nat::none());
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 192,168,"), "PORT 192,168,");
  EXPECT_EQ(talk.client("1,10,200,10\r\n"), "1,10,200,10\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

TEST(GatewaySplit, ARefusedLineWhoseBeginningHasLeftIsSpoilt) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.client("PORT 8,8,8,8,");
  EXPECT_EQ(talk.client("200,10\r\n"), "XXXXXX\r\n");
  EXPECT_EQ(talk.negotiation().reason, Reason::bounce);
}

TEST(GatewaySplit, AbsorbedBytesAreGuaranteedUntilTheReceiverHasThem) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PORT 192,168,");
  const auto tail = talk.skip(Side::client, "1,10,200,10\r\n");
  // The sender knows the first part as acknowledged and repeats only the second.
  EXPECT_EQ(talk.resend(Side::client, tail, "1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
  talk.resend(Side::client, tail, "1,10,200,10\r\n");
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  const auto payload = std::get<net::TcpSegment>(parsed).payload();
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "PORT 203,0,113,7,200,10\r\n");
}

TEST(GatewaySplit, ARepeatedAbsorbedSegmentIsAcknowledgedAgain) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client("PORT 19");
  const auto first = talk.last_id();
  talk.resend(Side::client, seq, "PORT 19");
  EXPECT_EQ(talk.edge.verdicts.at(first).action, Action::drop);
  EXPECT_TRUE(talk.edge.sent_back.contains(talk.last_id()));
  EXPECT_EQ(talk.gateway.usage().waiting_packets, 1u);
}

TEST(GatewaySplit, AWholeLineBeforeTheCutLeavesAtOnce) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  EXPECT_EQ(talk.client("TYPE I\r\nPORT 192,"), "TYPE I\r\n");
  EXPECT_EQ(talk.client("168,1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
}

}  // namespace
}  // namespace pinhole::test
