#include <gtest/gtest.h>

#include "property/edited_stream.hpp"

namespace pinhole::test {
namespace {

TEST(RewriterProperty, TheReceiverGetsExactlyTheEditedStream) {
  std::size_t edits = 0;
  for_random(300, [&edits](Random& random) {
    World world(random);
    edits += run(world, random);
  });
  EXPECT_GT(edits, 1000u);
}

}  // namespace
}  // namespace pinhole::test
