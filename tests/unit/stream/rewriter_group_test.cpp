// Several edits that may be unacknowledged: one group, one step of the sequence shift.

#include "unit/stream/rewriting.hpp"

namespace pinhole::test {
namespace {

class RewriterGroup : public Rewriting {
 protected:
  /// NOOP, an edit of +3, SYST, an edit of -2, LIST: the group is 5 to 25.
  void two_edits() {
    pass("NOOP\n");
    replace("PORT 1\n", "PORT 1234\n");
    pass("SYST\n");
    replace("EPRT 123\n", "EPRT 1\n");
    pass("LIST\n");
  }
  const std::string group = "PORT 1234\nSYST\nEPRT 1\n";
};
INSTANTIATE_TEST_SUITE_P(Numbers, RewriterGroup, kBegins);

TEST_P(RewriterGroup, HasOneStepForAllItsEdits) {
  pass("NOOP\n");
  replace("PORT 1\n", "PORT 1234\n");
  EXPECT_EQ(rewriter.shift(), shift(5, 0, 3));
  pass("SYST\n");
  EXPECT_EQ(rewriter.shift_after(9, 7), shift(5, 0, 1));
  replace("EPRT 123\n", "EPRT 1\n");
  EXPECT_EQ(rewriter.shift(), shift(5, 0, 1));
}

TEST_P(RewriterGroup, EveryPacketInItBeginsWhereItBegins) {
  two_edits();
  for (std::int32_t begin = 6; begin < 26; ++begin) {
    EXPECT_EQ(render(begin, 26), (Packet{5, 26, group})) << begin;
    EXPECT_FALSE(rewriter.is_plain(at(begin)));
  }
  EXPECT_EQ(render(13, 15), (Packet{5, 15, "PORT 1234\nSYS"})) << "between two edits it may end";
  EXPECT_EQ(render(26, 31), (Packet{26, 31, "LIST\n"}));
  EXPECT_TRUE(rewriter.is_plain(at(26)));
}

TEST_P(RewriterGroup, EndsBeforeAnEditThatDoesNotFit) {
  two_edits();
  EXPECT_EQ(render(5, 31, 22), (Packet{5, 26, group}));
  EXPECT_EQ(render(5, 31, 21), (Packet{5, 17, "PORT 1234\nSYST\n"}));
  EXPECT_EQ(render(5, 31, 12), (Packet{5, 14, "PORT 1234\nSY"}));
  EXPECT_EQ(render(5, 31, 9), (Packet{5, 5, ""}));
}

TEST_P(RewriterGroup, IsOneUntilItsEndIsAcknowledged) {
  two_edits();
  for (std::int32_t ack = 0; ack < 27; ++ack) {  // the group's 22 rendered bytes end at 27
    acknowledge(ack);
    EXPECT_EQ(render(20, 31).begin, 5) << "after " << ack;
    EXPECT_EQ(render(20, 31).bytes, group + "LIST\n");
    EXPECT_EQ(rewriter.shift_after(1, 2), shift(5, 0, 2));
  }
  acknowledge(27);
  EXPECT_TRUE(rewriter.is_plain(at(20)));
  EXPECT_EQ(render(20, 31), (Packet{26, 31, "LIST\n"}));
  EXPECT_EQ(rewriter.shift(), shift(5, 0, 1)) << "the step stays in force";
  EXPECT_EQ(rewriter.shift_after(1, 2), shift(31, 1, 2)) << "the next edit makes a new one";
}

TEST_P(RewriterGroup, TakesInWhatStandsBetweenItsEdits) {
  EXPECT_EQ(rewriter.group_size(), 0u);
  pass("NOOP\n");
  EXPECT_EQ(rewriter.group_size(), 0u);
  replace("PORT 1\n", "PORT 1234\n");
  EXPECT_EQ(rewriter.group_size(), 10u);
  pass("SYST\n");
  EXPECT_EQ(rewriter.group_size(), 15u) << "another edit would be behind these, in the same packet";
  replace("EPRT 123\n", "EPRT 1\n");
  EXPECT_EQ(rewriter.group_size(), 22u);
  pass(std::string(2000, 'x'));
  EXPECT_EQ(rewriter.group_size(), 2022u);
  acknowledge(27);
  EXPECT_EQ(rewriter.group_size(), 0u);
}

TEST_P(RewriterGroup, MayAddUpToNothing) {
  replace("PORT 1\n", "PORT 12\n");
  replace("PORT 12\n", "PORT 1\n");
  pass("LIST\n");
  EXPECT_EQ(rewriter.shift(), shift(0, 0, 0));
  EXPECT_EQ(render(7, 20), (Packet{0, 20, "PORT 12\nPORT 1\nLIST\n"}));
}

TEST_P(RewriterGroup, HoldsAnEditOfEqualLengthToo) {
  replace("PORT 1\n", "PORT 12\n");
  replace("PORT 2\n", "XXXX 2\n");
  EXPECT_EQ(rewriter.shift(), shift(0, 0, 1));
  replace("PORT 3\n", "PORT 13\n");
  EXPECT_EQ(rewriter.shift(), shift(0, 0, 2));
  EXPECT_EQ(render(15, 21), (Packet{0, 21, "PORT 12\nXXXX 2\nPORT 13\n"}));
}

TEST_P(RewriterGroup, FollowsAGroupThatWasAcknowledged) {
  replace("PORT 1\n", "PORT 1234\n");
  acknowledge(10);
  replace("PORT 2\n", "PORT 5678\n");
  pass("LIST\n");
  EXPECT_EQ(rewriter.shift(), shift(7, 3, 6));
  EXPECT_EQ(render(0, 19), (Packet{7, 19, "PORT 5678\nLIST\n"}));
  acknowledge(19);
  EXPECT_FALSE(rewriter.is_plain(at(8)));
  acknowledge(20);
  EXPECT_TRUE(rewriter.is_plain(at(8)));
}

}  // namespace
}  // namespace pinhole::test
