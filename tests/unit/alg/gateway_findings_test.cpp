// What fuzzing found.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using alg::Side;

/// The line goes on as it was, but conntrack is told the length of its text without the Telnet command.
TEST(GatewayFindings, AnUnchangedLineWithTelnetShiftsNothing) {
  Conversation talk(nat::forward());
  talk.log_in();
  const std::string line = "P\xff\xf4ORT 192,0,2,9,40,0\r\n";
  EXPECT_EQ(talk.client(line), line);
  EXPECT_EQ((talk.tracker.shifts[{talk.view.id, Side::client}]), stream::SeqShift());
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
}

/// The same where nothing can be shifted.
TEST(GatewayFindings, AnUnchangedLineWithTelnetNeedsNoShift) {
  Conversation talk(nat::none());
  talk.tracker.can_shift = false;
  talk.log_in();
  talk.client("P\xff\xf4ORT 192,168,1,10,40,0\r\n");
  EXPECT_EQ(talk.negotiation().decision, alg::Decision::open);
}

/// The absorbed piece is never decided: the next line takes as many bytes from behind its own buffer.
TEST(GatewayFindings, AnOverlongOfferInTwoPiecesLeavesTheNextLineAlone) {
  Conversation talk(nat::masquerade());
  talk.server("220 ready\r\n");
  talk.client("PORT " + std::string(600, '1'));
  talk.client(std::string(600, '1') + "\r\n");
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.received(Side::server).size(), 5 + 1200 + 2 + 6u);
}

/// Nothing of the line has left, yet all of it does: the server reads a PORT that was refused as a bounce.
TEST(GatewayFindings, ARefusedLineAbsorbedUpToItsEndIsSpoilt) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  std::string line = "PORT 8,8,4,4,4,1";
  line.resize(alg::Limits{}.absorbed - 1, ' ');
  talk.client(line);
  talk.client("\r\n");
  EXPECT_EQ(talk.negotiation().decision, alg::Decision::refuse);
  EXPECT_EQ(talk.received(Side::server).find("PORT 8,8,4,4,4,1"), std::string::npos);
}

/// A gateway that starts in mid-session may see a segment before the one that was lost in front of it.
TEST(GatewayFindings, WhatWasLostBeforeTheFirstPacketSeenStillPasses) {
  Conversation talk(nat::none());
  const auto lost = talk.skip(Side::server, "220-a\r\n");
  talk.server("220 b\r\n");
  talk.resend(Side::server, lost, "220-a\r\n");
  EXPECT_EQ(talk.last().action, alg::Verdict::Action::accept);
}

TEST(GatewayFindings, AnAnswerInPlaceOfAGreetingMakesTheFlowForeign) {
  Conversation talk(nat::none());
  talk.server("227 (1,2,3,4,5,6)\r\n");
  EXPECT_EQ(talk.edge.foreign.size(), 1u);
}

/// Found by hand: ProFTPD 1.3.8 takes a tab for the space behind the verb.
TEST(GatewayFindings, ATabEndsADeniedVerbToo) {
  alg::Policy policy;
  policy.deny_commands = {"DELE"};
  Conversation talk(nat::none(), policy);
  talk.log_in();
  EXPECT_EQ(talk.client("DELE\tfile\r\n"), "XXXXXXXXX\r\n");
}

}  // namespace
}  // namespace pinhole::test
