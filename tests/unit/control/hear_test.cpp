// read, hear: what the lines of a packet say, and that nothing else is taken for a line.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using alg::Side;

/// The line goes on as it was, but conntrack is told the length of its text without the Telnet command.
TEST(Hear, AnUnchangedLineWithTelnetShiftsNothing) {
  Conversation talk(nat::forward());
  talk.log_in();
  const std::string line = "P\xff\xf4ORT 192,0,2,9,40,0\r\n";
  EXPECT_EQ(talk.client(line), line);
  EXPECT_EQ((talk.tracker.shifts[{talk.view.id, Side::client}]), stream::SeqShift());
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
}

/// The same where nothing can be shifted.
TEST(Hear, AnUnchangedLineWithTelnetNeedsNoShift) {
  Conversation talk(nat::none());
  talk.tracker.can_shift = false;
  talk.log_in();
  talk.client("P\xff\xf4ORT 192,168,1,10,40,0\r\n");
  EXPECT_EQ(talk.negotiation().decision, alg::Decision::open);
}

/// The piece that waits is never decided: the next line takes as many bytes from behind its own buffer.
TEST(Hear, AnOverlongOfferInTwoPiecesLeavesTheNextLineAlone) {
  Conversation talk(nat::masquerade());
  talk.server("220 ready\r\n");
  talk.client("PORT " + std::string(600, '1'));
  talk.client(std::string(600, '1') + "\r\n");
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.received(Side::server).size(), 5 + 1200 + 2 + 6u);
}

TEST(Hear, AnAnswerInPlaceOfAGreetingIsFromTheMiddle) {
  Conversation talk(nat::none());
  talk.server("227 (1,2,3,4,5,6)\r\n");
  EXPECT_EQ(talk.edge.not_ftp.size(), 1u);
}

TEST(Hear, CommandsWithoutAReply) {
  alg::Policy policy;
  policy.max_outstanding_commands = 3;
  Conversation talk(nat::none(), policy);
  talk.log_in();
  for (int i = 0; i < 4; ++i) talk.client("NOOP\r\n");
  EXPECT_EQ(talk.edge.not_ftp, std::vector{Reason::too_many_commands});
  talk.client("PORT 192,168,1,10,40,0\r\n");
  EXPECT_EQ(talk.negotiation().reason, Reason::too_many_commands);
}

TEST(Hear, InsideAMultilineReplyNothingCounts) {
  Conversation talk(nat::forward());
  talk.log_in();
  talk.client("PASV\r\n");
  talk.server("200-first\r\n227 (10,0,0,2,200,10)\r\n200 last\r\n");
  EXPECT_TRUE(talk.edge.negotiations.empty());
}

}  // namespace
}  // namespace pinhole::test
