// render: what is repeated leaves as it did the first time, whatever it holds.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "unit/control/both_sides.hpp"
#include "unit/control/offers.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

TEST(Repeated, ARetransmissionLeavesAsTheFirstCopyDid) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client(kOffer);
  for (const auto& text :
       {std::string(kOffer), std::string("PORT 192,168,1,10,6,66\r\n"), std::string("PORT ")}) {
    talk.resend(Side::client, seq, text);
    ASSERT_EQ(talk.last().action, Action::replace);
    const auto parsed = net::TcpSegment::parse(talk.last().packet);
    const auto payload = std::get<net::TcpSegment>(parsed).payload();
    EXPECT_EQ(std::string(payload.begin(), payload.end()), kOfferEdited) << text;
  }
  EXPECT_EQ(talk.edge.negotiations.size(), 1u);
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
}

TEST(Repeated, ATailOfAnEditedLineIsSentFromItsBeginning) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client(kOffer);
  talk.resend(Side::client, seq + 7, kOffer.substr(7));
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  EXPECT_EQ(segment.seq(), seq);
  EXPECT_EQ(segment.payload().size(), kOfferEdited.size());
}

TEST(Repeated, ARetransmissionWithNewBytesBehindIt) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client(kOffer);
  talk.skip(Side::client, "LIST\r\n");
  EXPECT_EQ(talk.resend(Side::client, seq, std::string(kOffer) + "LIST\r\n"), "LIST\r\n");
  EXPECT_EQ(talk.edge.negotiations.size(), 1u);
}

TEST(Repeated, OverlapWithOtherBytesIsNoticedAndUndone) {
  Conversation talk(nat::none());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client("NOOP\r\n");
  talk.resend(Side::client, seq, "QUIT\r\n");
  EXPECT_EQ(talk.last().reason, Reason::overlap_conflict);
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  const auto payload = std::get<net::TcpSegment>(parsed).payload();
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "NOOP\r\n");
}

TEST(Repeated, AcknowledgedBytesAreNotSentAgain) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client(kOffer);
  talk.server("200 ok\r\n");  // acknowledges
  talk.resend(Side::client, seq, kOffer);
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  EXPECT_TRUE(std::get<net::TcpSegment>(parsed).payload().empty());
}

TEST(Repeated, AKeepAliveProbePasses) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client(kOffer);
  talk.server("200 ok\r\n");
  talk.resend(Side::client, talk.next(Side::client) - 1, "");
  EXPECT_EQ(talk.last().action, Action::accept);
}

TEST(Repeated, AKeepAliveMayBringAnyByte) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("NOOP\r\n");
  talk.resend(Side::client, talk.next(Side::client) - 1, std::string(1, '\0'));
  EXPECT_EQ(talk.last().action, Action::replace);
  EXPECT_EQ(talk.last().reason, Reason::retransmitted);
  talk.resend(Side::client, talk.next(Side::client) - 6, "NOPE\r\n");
  EXPECT_EQ(talk.last().reason, Reason::overlap_conflict);
}

TEST(Repeated, AnImpossibleSequenceNumberIsDropped) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.resend(Side::client, talk.next(Side::client) + (1 << 30) + 5, "PORT 1,2,3,4,5,6\r\n");
  EXPECT_EQ(talk.last().action, Action::drop);
  EXPECT_EQ(talk.last().reason, Reason::out_of_window);
}

TEST(Repeated, ALongReplyMayOutgrowTheHistory) {
  alg::Limits limits;
  limits.history = 2000;
  Conversation talk(nat::forward(), {}, limits);
  talk.log_in();
  const auto seq = talk.next(Side::server);
  talk.server("214-help\r\n");
  for (int i = 0; i < 100; ++i) talk.server(" a line of help that is no reply\r\n");
  talk.resend(Side::server, seq, "214-help\r\n");
  EXPECT_EQ(talk.last().action, Action::accept);
}

TEST(Repeated, ARefusedLineIsNotForgottenWithTheHistory) {
  alg::Limits limits;
  limits.history = 100;
  Conversation talk(nat::none(), {}, limits);
  talk.log_in();
  const auto seq = talk.next(Side::client);
  EXPECT_EQ(talk.client("PORT 8,8,8,8,4,1\r\n"), "XXXX 8,8,8,8,4,1\r\n");
  for (int i = 0; i < 30; ++i) talk.client("NOOP\r\n");
  talk.resend(Side::client, seq, "PORT 8,8,8,8,4,1\r\n");
  EXPECT_EQ(talk.last().action, Action::drop);
  EXPECT_EQ(talk.last().reason, Reason::unknown_retransmission);
}

TEST(Repeated, ARefusedLineIsNotForgottenWithWhatFollowsIt) {
  alg::Limits limits;
  limits.history = 100;
  Conversation talk(nat::none(), {}, limits);
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client("PORT 8,8,8,8,4,1\r\n");
  for (int i = 0; i < 30; ++i) talk.client("NOOP\r\n");
  talk.resend(Side::client, seq, "PORT 8,8,8,8,4,1\r\nNOOP\r\nNOOP\r\n");
  EXPECT_EQ(talk.last().action, Action::drop);
  EXPECT_EQ(talk.last().reason, Reason::unknown_retransmission);
}

/// A gateway that starts in mid-session may see a segment before the one that was lost in front of it.
TEST(Repeated, WhatWasLostBeforeTheFirstPacketSeenStillPasses) {
  Conversation talk(nat::none());
  const auto lost = talk.skip(Side::server, "220-a\r\n");
  talk.server("220 b\r\n");
  talk.resend(Side::server, lost, "220-a\r\n");
  EXPECT_EQ(talk.last().action, alg::Verdict::Action::accept);
}

TEST_P(BothSides, ARepeatedEditIsTheSameAgain) {
  const auto begin = talk.next(side());
  EXPECT_EQ(say(line), edited);
  talk.resend(side(), begin, line);
  EXPECT_EQ(payload_in(talk.last().packet), edited);
  EXPECT_EQ(talk.last().reason, Reason::retransmitted);
  EXPECT_EQ(talk.edge.negotiations.size(), 1u) << "it is heard once";
}

}  // namespace
}  // namespace pinhole::test
