#include "pinhole/stream/reassembler.hpp"

#include <gtest/gtest.h>

namespace pinhole::stream {
namespace {

using net::Seq;
using Position = Reassembler::Position;

void expect_placed(const Reassembler& order, Seq begin, std::size_t length, Position position,
                   std::size_t skip = 0) {
  const auto placed = order.place(begin, length);
  EXPECT_EQ(placed.position, position) << begin.raw() << " + " << length;
  if (position == Position::fresh) {
    EXPECT_EQ(placed.skip, skip) << begin.raw() << " + " << length;
  }
}

/// Around the first number, and around the wrap.
class ReassemblerAt : public testing::TestWithParam<std::uint32_t> {
 protected:
  Seq next() const { return Seq(GetParam()); }
  Reassembler order{next()};
};

TEST_P(ReassemblerAt, WhatComesNextIsFresh) {
  expect_placed(order, next(), 1, Position::fresh);
  expect_placed(order, next(), 65535, Position::fresh);
}

TEST_P(ReassemblerAt, KnownBytesBeforeFreshOnesAreSkipped) {
  expect_placed(order, next() + -1, 2, Position::fresh, 1);
  expect_placed(order, next() + -1000, 1001, Position::fresh, 1000);
}

TEST_P(ReassemblerAt, WhatWasSeenIsOld) {
  expect_placed(order, next() + -1, 1, Position::old);  // as a keep-alive
  expect_placed(order, next() + -1, 0, Position::old);  // the same without its byte
  expect_placed(order, next() + -1000, 1000, Position::old);
  expect_placed(order, next() + -1000, 10, Position::old);
  expect_placed(order, next(), 0, Position::old);  // an empty segment has nothing new
}

TEST_P(ReassemblerAt, BytesBehindMissingOnesWait) {
  expect_placed(order, next() + 1, 10, Position::gap);
  expect_placed(order, next() + 1, 0, Position::gap);
  expect_placed(order, next() + Reassembler::kWindow, 10, Position::gap);
}

TEST_P(ReassemblerAt, WhatLiesOutsideAnyWindowIsWild) {
  expect_placed(order, next() + (Reassembler::kWindow + 1), 10, Position::out_of_window);
  expect_placed(order, next() + -(Reassembler::kWindow + 1), 10, Position::out_of_window);
  expect_placed(order, next() + (std::int64_t{1} << 31), 10, Position::out_of_window);
  expect_placed(order, next() + -Reassembler::kWindow, 10, Position::old);
}

TEST_P(ReassemblerAt, AdvancingMovesWhatIsNext) {
  order.advance(10);
  EXPECT_EQ(order.next(), next() + 10);
  expect_placed(order, next(), 10, Position::old);
  expect_placed(order, next(), 15, Position::fresh, 10);
  expect_placed(order, next() + 10, 5, Position::fresh);
  order.advance(0);
  EXPECT_EQ(order.next(), next() + 10);
}

INSTANTIATE_TEST_SUITE_P(Numbers, ReassemblerAt,
                         testing::Values(0u, 1u, 5u, 0x7fffffffu, 0x80000000u, 0xfffffff8u, 0xffffffffu));

TEST(Reassembler, SkipsInStepWithASegmentThatCrossesTheWrap) {
  const Reassembler order(Seq(3));
  const auto placed = order.place(Seq(0xfffffffd), 20);
  EXPECT_EQ(placed.position, Position::fresh);
  EXPECT_EQ(placed.skip, 6u);
}

}  // namespace
}  // namespace pinhole::stream
