#include "pinhole/net/seq.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace pinhole::net {
namespace {

constexpr std::uint32_t kLast = std::numeric_limits<std::uint32_t>::max();

TEST(Seq, CountsBytesAcrossTheWrap) {
  EXPECT_EQ(Seq(10) + 5, Seq(15));
  EXPECT_EQ(Seq(kLast) + 1, Seq(0));
  EXPECT_EQ(Seq(0) - std::int64_t{1}, Seq(kLast));
  EXPECT_EQ(Seq(5) + -10, Seq(kLast - 4));
  EXPECT_EQ(Seq(7) + (std::int64_t{1} << 32), Seq(7));
}

TEST(Seq, DistanceHasASign) {
  EXPECT_EQ(Seq(15) - Seq(10), 5);
  EXPECT_EQ(Seq(10) - Seq(15), -5);
  EXPECT_EQ(Seq(3) - Seq(kLast - 1), 5);
  EXPECT_EQ(Seq(kLast - 1) - Seq(3), -5);
}

TEST(Seq, OrderIsThatOfANeighbourhood) {
  EXPECT_LT(Seq(1), Seq(2));
  EXPECT_LT(Seq(kLast), Seq(0));
  EXPECT_GT(Seq(100), Seq(kLast - 100));
  EXPECT_LT(Seq(0), Seq(0x7fffffff));
  EXPECT_GT(Seq(0), Seq(0x80000001));
  EXPECT_LE(Seq(5), Seq(5));
  EXPECT_GE(Seq(5), Seq(5));
  EXPECT_FALSE(Seq(5) < Seq(5));
  EXPECT_FALSE(Seq(5) > Seq(5));
}

TEST(Seq, EarlierAndLaterKnowTheWrap) {
  EXPECT_EQ(earlier(Seq(kLast), Seq(2)), Seq(kLast));
  EXPECT_EQ(later(Seq(kLast), Seq(2)), Seq(2));
  EXPECT_EQ(earlier(Seq(4), Seq(4)), Seq(4));
}

}  // namespace
}  // namespace pinhole::net
