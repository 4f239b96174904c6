#include "pinhole/stream/seq_shift.hpp"

#include <gtest/gtest.h>

namespace pinhole::stream {
namespace {

using net::Seq;

TEST(SeqShift, NoneLeavesNumbersAlone) {
  const SeqShift none;
  for (const std::uint32_t raw : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
    EXPECT_EQ(none.shift(Seq(raw)), Seq(raw));
    EXPECT_EQ(none.unshift(Seq(raw)), Seq(raw));
  }
}

TEST(SeqShift, BeginsBehindItsPosition) {  // nf_ct_seq_adjust(): after(seq, correction_pos)
  const SeqShift shift{Seq(100), 3, 10};
  EXPECT_EQ(shift.shift(Seq(99)), Seq(102));
  EXPECT_EQ(shift.shift(Seq(100)), Seq(103)) << "the packet that carries the edit bears this number";
  EXPECT_EQ(shift.shift(Seq(101)), Seq(111));
}

TEST(SeqShift, TakesAcknowledgmentsBack) {  // after(ack - offset_before, correction_pos)
  const SeqShift shift{Seq(100), 3, 10};
  EXPECT_EQ(shift.unshift(Seq(102)), Seq(99));
  EXPECT_EQ(shift.unshift(Seq(103)), Seq(100));
  EXPECT_EQ(shift.unshift(Seq(150)), Seq(140));
}

TEST(SeqShift, CountsAcrossTheWrap) {
  const SeqShift longer{Seq(0xfffffff8), 0, 20};
  EXPECT_EQ(longer.shift(Seq(0xfffffff8)), Seq(0xfffffff8));
  EXPECT_EQ(longer.shift(Seq(4)), Seq(24));
  EXPECT_EQ(longer.unshift(Seq(24)), Seq(4));
  const SeqShift shorter{Seq(2), 0, -5};
  EXPECT_EQ(shorter.shift(Seq(3)), Seq(0xfffffffe));
  EXPECT_EQ(shorter.unshift(Seq(0xfffffff0)), Seq(0xfffffff0));
}

/// An edit of 20 bytes from 100 on. Where in it an acknowledgment falls, it must not seem to be one of all.
TEST(SeqShift, AnAcknowledgmentInsideAnEditNeverReachesItsEnd) {
  for (const int rendered : {1, 19, 20, 21, 60}) {
    const SeqShift shift{Seq(100), 7, 7 + rendered - 20};
    for (int taken = 0; taken < rendered; ++taken) {
      EXPECT_LT(shift.unshift(Seq(107) + taken), Seq(120)) << taken << " of " << rendered;
    }
    EXPECT_EQ(shift.unshift(Seq(107) + rendered), Seq(120)) << rendered;
  }
}

}  // namespace
}  // namespace pinhole::stream
