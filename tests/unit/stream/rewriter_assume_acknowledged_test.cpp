// assume_acknowledged(): the receiver has everything, though nobody saw it say so.

#include "unit/stream/rewriting.hpp"

namespace pinhole::test {
namespace {

using Memory = stream::Rewriter::Memory;

class RewriterAssumeAcknowledged : public Rewriting {};
INSTANTIATE_TEST_SUITE_P(Numbers, RewriterAssumeAcknowledged, kBegins);

TEST_P(RewriterAssumeAcknowledged, ForgetsWhatWasDecided) {
  pass("NOOP\n");
  replace("PORT 1\n", "PORT 1234\n");
  rewriter.guarantee();
  pass("LIST\n");
  rewriter.assume_acknowledged();
  EXPECT_EQ(rewriter.retained(), 0u);
  EXPECT_EQ(rewriter.group_size(), 0u);
  EXPECT_EQ(rewriter.next(), at(17));
  EXPECT_TRUE(rewriter.is_plain(at(17)));
  EXPECT_EQ(rewriter.recall(at(17)), Memory::acknowledged);
  EXPECT_EQ(rewriter.recall(at(18)), Memory::known);
}

TEST_P(RewriterAssumeAcknowledged, KeepsTheShiftAndBeginsANewStep) {
  replace("PORT 1\n", "PORT 1234\n");
  rewriter.assume_acknowledged();
  EXPECT_EQ(rewriter.shift(), shift(0, 0, 3));
  pass("LIST\n");
  replace("PORT 1\n", "PORT 12\n");
  EXPECT_EQ(rewriter.shift(), shift(12, 3, 4));
  EXPECT_EQ(render(12, 19), (Packet{12, 19, "PORT 12\n"}));
}

TEST_P(RewriterAssumeAcknowledged, AnAcknowledgmentOfLessChangesNothing) {
  pass("NOOP\nLIST\n");
  rewriter.assume_acknowledged();
  acknowledge(5);
  EXPECT_TRUE(rewriter.is_plain(at(10)));
  EXPECT_EQ(rewriter.recall(at(10)), Memory::acknowledged);
  EXPECT_EQ(rewriter.retained(), 0u);
}

}  // namespace
}  // namespace pinhole::test
