#include "pinhole/stream/rewriter.hpp"

#include "unit/stream/rewriting.hpp"

namespace pinhole::test {
namespace {

using stream::Rewriter;
using stream::SeqShift;

class RewriterAt : public Rewriting {};
INSTANTIATE_TEST_SUITE_P(Numbers, RewriterAt, kBegins);

TEST_P(RewriterAt, RendersWhatPassedHoweverItIsCut) {
  pass("USER x\r\n");
  pass("PASS y\r\n");
  const std::string all = "USER x\r\nPASS y\r\n";
  for (std::int32_t begin = 0; begin < 16; ++begin) {
    for (std::int32_t end = begin + 1; end <= 16; ++end) {
      const auto cut = all.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
      EXPECT_EQ(render(begin, end), (Packet{begin, end, cut}));
      EXPECT_TRUE(rewriter.is_plain(at(begin)));
      EXPECT_TRUE(rewriter.is_original(at(begin), at(begin) + 1));
    }
  }
  EXPECT_EQ(rewriter.next(), at(16));
  EXPECT_EQ(rewriter.shift(), SeqShift());
}

TEST_P(RewriterAt, AnEditOfEqualLengthMovesNothing) {
  pass("NOOP\n");
  replace("PORT 1\n", "XXXX 1\n");
  pass("LIST\n");
  EXPECT_EQ(rewriter.shift(), SeqShift());
  EXPECT_EQ(rewriter.group_size(), 0u);
  EXPECT_EQ(render(0, 17), (Packet{0, 17, "NOOP\nXXXX 1\nLIST\n"}));
  EXPECT_EQ(render(7, 10), (Packet{7, 10, "XX "})) << "it may be cut like any other bytes";
  EXPECT_TRUE(rewriter.is_plain(at(7)));
  EXPECT_FALSE(rewriter.is_original(at(0), at(0) + 1));
  EXPECT_FALSE(rewriter.is_original(at(11), at(11) + 1));
  EXPECT_TRUE(rewriter.is_original(at(12), at(12) + 1));
}

TEST_P(RewriterAt, AnEditThatIsLongerShiftsWhatFollows) {
  pass("NOOP\n");
  EXPECT_EQ(rewriter.shift_after(7, 10), shift(5, 0, 3));
  replace("PORT 1\n", "PORT 1234\n");
  pass("LIST\n");
  EXPECT_EQ(rewriter.shift(), shift(5, 0, 3));
  EXPECT_EQ(rewriter.next(), at(17)) << "in the sender's numbers";
  EXPECT_EQ(render(0, 17), (Packet{0, 17, "NOOP\nPORT 1234\nLIST\n"}));
}

TEST_P(RewriterAt, AnEditThatIsShorterShiftsWhatFollows) {
  replace("PORT 1234\n", "PORT 1\n");
  EXPECT_EQ(rewriter.shift(), shift(0, 0, -3));
  EXPECT_EQ(render(0, 10), (Packet{0, 10, "PORT 1\n"}));
}

TEST_P(RewriterAt, APacketInsideAnEditCarriesAllOfIt) {
  pass("NOOP\n");
  replace("PORT 1\n", "PORT 1234\n");
  pass("LIST\n");
  for (std::int32_t begin = 6; begin < 12; ++begin) {
    for (std::int32_t end = begin + 1; end <= 12; ++end) {
      EXPECT_EQ(render(begin, end), (Packet{5, 12, "PORT 1234\n"})) << begin << " to " << end;
    }
    EXPECT_FALSE(rewriter.is_plain(at(begin)));
  }
  EXPECT_EQ(render(2, 6), (Packet{2, 12, "OP\nPORT 1234\n"})) << "one that ends in it too";
  EXPECT_EQ(render(8, 15), (Packet{5, 15, "PORT 1234\nLIS"}));
  EXPECT_EQ(render(12, 15), (Packet{12, 15, "LIS"})) << "one behind it does not";
  EXPECT_EQ(render(0, 5), (Packet{0, 5, "NOOP\n"})) << "nor one before it";
  EXPECT_TRUE(rewriter.is_plain(at(12)));
}

TEST_P(RewriterAt, WhatLeftOnceLeavesTheSameWayAgain) {
  pass("NOOP\n");
  replace("PORT 1\n", "PORT 1234\n");
  pass("LIST\n");
  const auto first = render(0, 17);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(render(0, 17), first);
  acknowledge(5);
  EXPECT_EQ(render(0, 17), (Packet{5, 17, "PORT 1234\nLIST\n"})) << "but for what the receiver has";
}

TEST_P(RewriterAt, CutsOffWhatDoesNotFit) {
  pass("NOOP\n");
  replace("PORT 1\n", "PORT 1234\n");
  pass("LIST\n");
  for (std::size_t room = 0; room < 5; ++room) {
    EXPECT_EQ(render(0, 17, room),
              (Packet{0, static_cast<std::int32_t>(room), std::string("NOOP\n").substr(0, room)}));
  }
  for (std::size_t room = 5; room < 15; ++room) {
    EXPECT_EQ(render(0, 17, room), (Packet{0, 5, "NOOP\n"})) << "an edit is never cut: " << room;
  }
  EXPECT_EQ(render(0, 17, 15), (Packet{0, 12, "NOOP\nPORT 1234\n"}));
  EXPECT_EQ(render(0, 17, 17), (Packet{0, 14, "NOOP\nPORT 1234\nLI"}));
  EXPECT_EQ(render(7, 17, 9), (Packet{5, 5, ""}));
}

TEST_P(RewriterAt, GoesOnFromAShiftThatIsInForce) {
  // A former gateway's edit, 20 bytes back, is acknowledged: its step is the base of the next.
  Rewriter later(at(0), shift(-20, 3, 10), kHistory);
  EXPECT_EQ(later.shift(), shift(-20, 3, 10));
  EXPECT_EQ(later.shift_after(5, 5), shift(-20, 3, 10));
  EXPECT_EQ(later.shift_after(5, 4), shift(0, 10, 9));
  later.replace(bytes_of("PORT\n"), bytes_of("POR\n"));
  EXPECT_EQ(later.shift(), shift(0, 10, 9));
  later.acknowledge(at(10));
  EXPECT_EQ(later.recall(at(1)), Rewriter::Memory::known);
  later.acknowledge(at(14));
  EXPECT_EQ(later.recall(at(5)), Rewriter::Memory::acknowledged);
}

TEST_P(RewriterAt, MakesTheEditOfAFormerGatewayAgain) {
  // Its edit was not acknowledged, so the sender repeats the line to us: one step more would be one too many.
  Rewriter again(at(0), shift(0, 3, 5), kHistory);
  EXPECT_EQ(again.shift_after(5, 7), shift(0, 3, 5));
  again.replace(bytes_of("PORT\n"), bytes_of("PORT12\n"));
  EXPECT_EQ(again.shift(), shift(0, 3, 5));
}

TEST_P(RewriterAt, TenEditsInOneSession) {
  std::int32_t position = 0, sum = 0;
  for (const int growth : {3, -2, 10, 0, -7, 1, 1, -1, 0, 5}) {
    const std::string before = "PORT 10,0,0,1,4,1\r\n";
    const std::string after(before.size() + static_cast<std::size_t>(growth + 7) - 7, 'x');
    const auto expected = growth == 0 ? rewriter.shift() : shift(position, sum, sum + growth);
    EXPECT_EQ(rewriter.shift_after(before.size(), after.size()), expected);
    replace(before, after);
    EXPECT_EQ(rewriter.shift(), expected);
    EXPECT_EQ(render(position, position + 19), (Packet{position, position + 19, after}));
    position += 19;
    sum += growth;
    acknowledge(position + sum);
    EXPECT_EQ(rewriter.recall(at(position)), Rewriter::Memory::acknowledged);
  }
}

}  // namespace
}  // namespace pinhole::test
