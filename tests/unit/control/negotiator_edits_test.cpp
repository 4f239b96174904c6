// open: several edits, in one segment and in many, and the sequence adjustment that they need.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using alg::Decision;
using alg::Reason;
using alg::Side;

TEST(Edits, ManyEditsLongerAndShorterBothWays) {
  Conversation talk(nat::both());
  talk.log_in();
  std::string commands = talk.received(Side::server);
  std::string replies = talk.received(Side::client);
  for (int i = 0; i < 40; ++i) {
    const int high = i % 2 == 0 ? 200 : 4;  // the texts' lengths vary as well
    const auto numbers = std::to_string(high) + "," + std::to_string(i);
    talk.client("PORT 192,168,1,10," + numbers + "\r\n");
    talk.server("200 ok\r\n");
    talk.client("PASV\r\n");
    talk.server("227 (10,0,0,2," + numbers + ")\r\n");
    commands += "PORT 203,0,113,99," + numbers + "\r\nPASV\r\n";
    replies += "200 ok\r\n227 (203,0,113,7," + numbers + ")\r\n";
  }
  EXPECT_EQ(talk.received(Side::server), commands);
  EXPECT_EQ(talk.received(Side::client), replies);
  EXPECT_EQ(talk.edge.negotiations.size(), 80u);
}

TEST(Edits, NumbersWrapInTheMiddleOfAnEdit) {
  for (std::uint32_t before = 0; before < 60; before += 3) {
    Conversation talk(nat::masquerade(), {}, {}, net::Seq(0u - before), net::Seq(0u - before));
    talk.log_in();
    EXPECT_EQ(talk.client("PORT 192,168,1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
    talk.server("200 ok\r\n");
    EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
  }
}

TEST(Edits, SeveralLinesInOneSegment) {
  Conversation talk(nat::both());
  talk.log_in();
  EXPECT_EQ(talk.client("TYPE I\r\nPORT 192,168,1,10,200,10\r\nPASV\r\n"),
            "TYPE I\r\nPORT 203,0,113,99,200,10\r\nPASV\r\n");
  EXPECT_EQ(talk.server("200 binary\r\n200 ok\r\n227 (10,0,0,2,200,11)\r\n"),
            "200 binary\r\n200 ok\r\n227 (203,0,113,7,200,11)\r\n");
  ASSERT_EQ(talk.edge.negotiations.size(), 2u);
  EXPECT_EQ(talk.edge.closed, std::vector{Reason::superseded});
}

TEST(Edits, TwoPortsInOneSegment) {
  Conversation talk(nat::both());
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 192,168,1,10,4,1\r\nNOOP\r\nPORT 192,168,1,10,4,2\r\nNOOP\r\n"),
            "PORT 203,0,113,99,4,1\r\nNOOP\r\nPORT 203,0,113,99,4,2\r\nNOOP\r\n");
  talk.server("200 ok\r\n200 ok\r\n200 ok\r\n200 ok\r\n");
  EXPECT_EQ(talk.client("LIST\r\n"), "LIST\r\n");
}

TEST(Edits, AnEditWhileAnotherIsUnacknowledged) {
  Conversation talk(nat::both());
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 192,168,1,10,4,1\r\n"), "PORT 203,0,113,99,4,1\r\n");
  EXPECT_EQ(talk.client("PORT 192,168,1,10,4,2\r\n"), "PORT 203,0,113,99,4,2\r\n");
  EXPECT_EQ(talk.client("LIST\r\n"), "LIST\r\n");
  EXPECT_EQ(talk.server("200 ok\r\n200 ok\r\n"), "200 ok\r\n200 ok\r\n");
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
}

TEST(Edits, WithoutTheSequenceExtensionNothingIsOpenAndTheServerRefuses) {
  Conversation talk(nat::masquerade());
  talk.tracker.can_shift = false;
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 192,168,1,10,200,10\r\n"), "XXXX 192,168,1,10,200,10\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::refuse);
  EXPECT_EQ(talk.negotiation().reason, Reason::no_sequence_adjustment);
  EXPECT_TRUE(talk.tracker.open_now.empty());
}

TEST(Edits, AnEditOfEqualLengthNeedsNoExtension) {
  auto view = nat::masquerade();
  view.seen = endpoint("101.99.99.99", 40000);
  Conversation talk(view);
  talk.tracker.can_shift = false;
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 192,168,1,10,4,1\r\n"), "PORT 101,99,99,99,4,1\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

TEST(Edits, UrgentAbortPassesUntouched) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("RETR x\r\n");
  const std::string abort =
      "\xff\xf4\xff\xf2"
      "ABOR\r\n";
  EXPECT_EQ(talk.say(Side::client, abort, kUrg), abort);
  EXPECT_EQ(talk.last().action, alg::Verdict::Action::accept);
  talk.server("426 aborted\r\n226 ok\r\n");
  EXPECT_EQ(talk.client("PORT 192,168,1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
}

}  // namespace
}  // namespace pinhole::test
