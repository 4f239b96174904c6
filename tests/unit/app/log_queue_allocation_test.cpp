// What the packet thread pays for an event: a copy. Apart, as ThreadSanitizer counts allocations itself.

#include <gtest/gtest.h>

#include "app/log_queue.hpp"
#include "support/allocations.hpp"

namespace pinhole::test {
namespace {

TEST(LogQueue, AnEventIsCopiedWithoutAllocating) {
  app::LogQueue queue(2);
  const alg::Event event{{}, alg::Negotiated{}};
  EXPECT_EQ(allocations_of([&] {
              for (int i = 0; i < 10; ++i) queue.put(app::LogLevel::info, event);
            }),
            0u);
}

}  // namespace
}  // namespace pinhole::test
