// Sequence numbers and their shift, around every wrap.

#include "pinhole/net/seq.hpp"

#include <gtest/gtest.h>

#include "pinhole/stream/seq_shift.hpp"
#include "property/random.hpp"

namespace pinhole::test {
namespace {

using net::Seq;

TEST(SeqProperty, OrderIsAnOrderInEveryHalfOfTheCircle) {
  for_random(20'000, [](Random& random) {
    const Seq a(random.edgy32());
    const auto ahead = static_cast<std::int64_t>(random.below(1u << 30));
    const auto farther = static_cast<std::int64_t>(random.below(1u << 30));
    const Seq b = a + ahead;
    const Seq c = b + farther;
    ASSERT_EQ(b - a, ahead);
    ASSERT_EQ(a - b, -ahead);
    ASSERT_EQ(b - ahead, a);
    ASSERT_LE(a, b);
    ASSERT_LE(a, c) << "less than 2^31 in all";
    ASSERT_EQ(a<b, b> a);
    ASSERT_EQ(a < b, !(a >= b));
    ASSERT_EQ(a == b, ahead == 0);
    ASSERT_EQ(net::earlier(a, b), a);
    ASSERT_EQ(net::later(b, a), b);
    ASSERT_EQ(net::earlier(c, a), a);
  });
}

/// An edit at the position, `original` bytes long, rendered in others, behind a step of `before`.
struct Edited {
  explicit Edited(Random& random)
      : original(static_cast<std::int32_t>(random.between(1, 1500))),
        rendered(static_cast<std::int32_t>(random.between(1, 1500))),
        before(static_cast<std::int32_t>(random.below(20'000)) - 10'000) {
    shift = {Seq(random.edgy32()), before, before + rendered - original};
  }
  std::int32_t original, rendered, before;
  stream::SeqShift shift;
};

TEST(SeqShiftProperty, UnshiftingAnAcknowledgmentOutsideTheEditGivesTheNumber) {
  for_random(20'000, [](Random& random) {
    const Edited edited(random);
    const auto far = static_cast<std::int64_t>(random.below(random.chance(50) ? 50 : 1u << 30));
    const Seq before = edited.shift.position - far;  // up to the edit's first byte
    ASSERT_EQ(edited.shift.unshift(edited.shift.shift(before)), before);
    const Seq behind = edited.shift.position + edited.original + far;  // from its end on
    ASSERT_EQ(edited.shift.unshift(edited.shift.shift(behind)), behind);
  });
}

TEST(SeqShiftProperty, DataBeforeAndBehindTheEditMeetsItAtItsEnds) {
  for_random(20'000, [](Random& random) {
    const Edited edited(random);
    const Seq begin = edited.shift.shift(edited.shift.position);
    ASSERT_EQ(edited.shift.shift(edited.shift.position + edited.original) - begin, edited.rendered);
  });
}

TEST(SeqShiftProperty, AnAcknowledgmentInsideTheEditNeverSeemsToCoverIt) {
  for_random(20'000, [](Random& random) {
    const Edited edited(random);
    const auto inside = static_cast<std::int64_t>(random.below(static_cast<std::size_t>(edited.rendered)));
    const Seq ack = edited.shift.shift(edited.shift.position) + inside;
    ASSERT_LT(edited.shift.unshift(ack), edited.shift.position + edited.original);
  });
}

}  // namespace
}  // namespace pinhole::test
