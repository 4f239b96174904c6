// Lines in several segments: what may need an edit waits for its end.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "unit/control/both_sides.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Decision;
using alg::Reason;
using alg::Side;

TEST(LineInPieces, APortCutAnywhereIsRewrittenWhole) {
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

TEST(LineInPieces, AnAnswerByteByByte) {
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

TEST(LineInPieces, WhatTurnsOutToBeAnotherCommandLeavesAsItWas) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  EXPECT_EQ(talk.client("P"), "");
  EXPECT_EQ(talk.client("W"), "PW");
  EXPECT_EQ(talk.client("D\r\n"), "D\r\n");
}

TEST(LineInPieces, LinesThatNeedNoEditAreNeverDelayed) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  EXPECT_EQ(talk.client("RETR a fi"), "RETR a fi");
  EXPECT_EQ(talk.client("le\r\n"), "le\r\n");
  EXPECT_EQ(talk.server("150 op"), "150 op");
  EXPECT_EQ(talk.server("en\r\n"), "en\r\n");
}

TEST(LineInPieces, NothingIsAcknowledgedBeforeTheLogin) {
  Conversation talk(nat::masquerade());
  talk.server("220 ready\r\n");
  talk.client("USER u\r\n");
  talk.server("331 password\r\n");
  EXPECT_EQ(talk.client("P"), "P");
  EXPECT_EQ(talk.client("ASS p\r\nP"), "ASS p\r\n") << "by the end of this line the login may be over";
  EXPECT_EQ(talk.server("230 welcome\r\n"), "230 welcome\r\n");
  EXPECT_EQ(talk.client("ORT 192,168,1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
}

TEST(LineInPieces, NothingIsAcknowledgedWithoutNat) {
  Conversation talk(nat::none());
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 192,168,"), "PORT 192,168,");
  EXPECT_EQ(talk.client("1,10,200,10\r\n"), "1,10,200,10\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

TEST(LineInPieces, NothingIsAcknowledgedWhereNothingMoreMayWait) {
  alg::Limits limits;
  limits.waiting_packets = 0;
  Conversation talk(nat::masquerade(), {}, limits);
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 192,"), "PORT 192,");
  EXPECT_EQ(talk.client("168,1,10,200,10\r\n"), "XXXXXXXXXXXXXXX\r\n");
}

TEST(LineInPieces, UrgentBytesAreNeverKeptBack) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  EXPECT_EQ(talk.client("P"), "");
  EXPECT_EQ(talk.say(Side::client, "\xff\xf4\xff\xf2", kUrg), "P\xff\xf4\xff\xf2");
  EXPECT_EQ(talk.client("ABOR\r\n"), "ABOR\r\n");
}

TEST(LineInPieces, AWholeLineBeforeTheCutLeavesAtOnce) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  EXPECT_EQ(talk.client("TYPE I\r\nPORT 192,"), "TYPE I\r\n");
  EXPECT_EQ(talk.client("168,1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
}

TEST_P(BothSides, UrgentBytesEndTheWaiting) {
  EXPECT_EQ(say(left), "");
  EXPECT_EQ(say("\xff\xf4", kUrg), left + "\xff\xf4");
}

TEST_P(BothSides, ARepetitionOfWhatWaitsNeedsNoMoreRoom) {
  say(left);
  talk.resend(side(), talk.next(side()) - static_cast<std::int64_t>(left.size()), left);
  EXPECT_EQ(talk.gateway.usage().waiting_packets, 1u);
  EXPECT_EQ(say(rest), edited);
  EXPECT_EQ(talk.gateway.usage().waiting_packets, 0u);
}

}  // namespace
}  // namespace pinhole::test
