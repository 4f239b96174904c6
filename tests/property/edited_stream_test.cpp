#include "property/edited_stream.hpp"

#include <gtest/gtest.h>

namespace pinhole::test {
namespace {

TEST(EditedStreamProperty, TheReceiverGetsExactlyTheEditedStream) {
  Edited all;
  for_random(300, [&all](Random& random) {
    const StreamPlan plan(random);
    const auto edited = run(plan, random);
    all.edits += edited.edits;
    all.refused += edited.refused;
  });
  EXPECT_GT(all.edits, 1000u);
  EXPECT_GT(all.refused, 10u);
  EXPECT_LT(all.refused, all.edits / 2);
}

}  // namespace
}  // namespace pinhole::test
