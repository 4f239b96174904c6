// What a Rewriter remembers: until it is acknowledged, or until the bound; and what it has to deliver itself.

#include "unit/stream/rewriting.hpp"

namespace pinhole::test {
namespace {

using Memory = stream::Rewriter::Memory;

class RewriterMemory : public Rewriting {
 protected:
  Memory recall(std::int64_t end) const { return rewriter.recall(at(end)); }
};
INSTANTIATE_TEST_SUITE_P(Numbers, RewriterMemory, kBegins);

TEST_P(RewriterMemory, LastsUntilTheAcknowledgment) {
  pass("USER x\r\nPASS y\r\n");
  EXPECT_EQ(recall(0), Memory::forgotten) << "it was never seen";
  acknowledge(0);
  EXPECT_TRUE(has_exactly(0));
  acknowledge(8);
  EXPECT_EQ(recall(8), Memory::acknowledged);
  EXPECT_EQ(recall(9), Memory::known);
  EXPECT_EQ(render(0, 16), (Packet{8, 16, "PASS y\r\n"}));
}

TEST_P(RewriterMemory, AcknowledgmentsOnlyGoForward) {
  pass("USER x\r\nPASS y\r\n");
  acknowledge(10);
  for (const int old : {10, 9, 0, -1, -5000}) {
    acknowledge(old);
    EXPECT_TRUE(has_exactly(10)) << old;
  }
}

TEST_P(RewriterMemory, NobodyAcknowledgesWhatWasNeverSent) {
  pass("USER x\r\n");
  acknowledge(5000);
  pass("PASS y\r\n");
  EXPECT_TRUE(has_exactly(8));
  EXPECT_EQ(render(8, 16), (Packet{8, 16, "PASS y\r\n"}));
}

TEST_P(RewriterMemory, KeepsAnEditWhileAnyOfItIsOpen) {
  replace("PORT 1234\n", "PORT 1\n");
  pass("LIST\n");
  acknowledge(6);  // seems to be byte 9 of the sender's
  EXPECT_EQ(recall(1), Memory::known);
  EXPECT_EQ(render(9, 10), (Packet{0, 10, "PORT 1\n"}));
  acknowledge(7);
  EXPECT_EQ(recall(10), Memory::acknowledged);
}

TEST_P(RewriterMemory, LetsOldBytesGoAtItsBound) {
  pass(std::string(600, 'a'));
  pass(std::string(600, 'b'));
  EXPECT_EQ(recall(200), Memory::forgotten);
  EXPECT_EQ(recall(201), Memory::known);
  EXPECT_EQ(render(100, 202), (Packet{200, 202, "aa"}));
  EXPECT_EQ(render(598, 602), (Packet{598, 602, "aabb"}));
}

TEST_P(RewriterMemory, KnowsWhenAnEditMayBeAmongWhatItForgot) {
  pass("NOOP\n");
  replace("PORT 1\n", "XXXX 1\n");
  pass(std::string(1100, 'a'));
  EXPECT_EQ(recall(5), Memory::lost);
  EXPECT_EQ(recall(12), Memory::lost);
  EXPECT_EQ(recall(13), Memory::forgotten);
  EXPECT_FALSE(rewriter.is_original(at(11), at(11) + 1)) << "a packet that begins here must not pass";
  EXPECT_TRUE(rewriter.is_original(at(12), at(12) + 1));
}

TEST_P(RewriterMemory, NeverForgetsAnEditThatShifts) {
  pass(std::string(900, 'a'));
  replace("PORT 1\n", "PORT 1234\n");
  pass(std::string(5000, 'b'));
  EXPECT_EQ(recall(900), Memory::lost);
  EXPECT_EQ(recall(901), Memory::known);
  EXPECT_EQ(render(900, 907), (Packet{900, 907, "PORT 1234\n"}));
  acknowledge(910);
  pass(std::string(5000, 'c'));
  EXPECT_EQ(recall(907), Memory::acknowledged);
}

TEST_P(RewriterMemory, NeverForgetsAnEditThatIsLargerThanItsBound) {
  replace(std::string(1500, 'a'), std::string(1600, 'b'));
  EXPECT_EQ(recall(1), Memory::known);
  EXPECT_EQ(render(0, 1500, 2000), (Packet{0, 1500, std::string(1600, 'b')}));
}

TEST_P(RewriterMemory, LastsThroughALongSession) {
  std::int32_t sent = 0;
  for (int i = 0; i < 2000; ++i) {
    pass("0123456789");
    sent += 10;
    ASSERT_EQ(render(sent - 10, sent), (Packet{sent - 10, sent, "0123456789"}));
    if (i % 7 == 0) acknowledge(sent - 3);
  }
  EXPECT_EQ(rewriter.next(), at(20'000));
}

class RewriterGuarantee : public Rewriting {};
INSTANTIATE_TEST_SUITE_P(Numbers, RewriterGuarantee, kBegins);

TEST_P(RewriterGuarantee, EveryPacketCarriesWhatTheSenderWillNotRepeat) {
  pass("NOOP\n");
  rewriter.guarantee();
  pass("LIST\n");
  EXPECT_FALSE(rewriter.is_plain(at(5)));
  EXPECT_EQ(render(5, 10), (Packet{0, 10, "NOOP\nLIST\n"}));
  EXPECT_EQ(render(8, 9), (Packet{0, 9, "NOOP\nLIST"}));
  EXPECT_EQ(render(5, 5), (Packet{0, 5, "NOOP\n"})) << "even one with nothing of its own";
}

TEST_P(RewriterGuarantee, TakesTurnsWithBytesItHasNoRoomFor) {
  pass("NOOP\n");
  rewriter.guarantee();
  pass("LIST\nSYST\n");
  const Packet guaranteed{0, 5, "NOOP\n"}, own{5, 10, "LIST\n"};
  int turns = 0;
  for (int i = 0; i < 20; ++i) {
    const auto packet = render(5, 10, 7);
    EXPECT_TRUE(packet == guaranteed || packet == own) << packet;
    turns += packet == own;
  }
  EXPECT_GT(turns, 5);
  EXPECT_LT(turns, 15);
}

/// A sender that goes back repeats several packets again and again: each must get its own bytes through.
TEST_P(RewriterGuarantee, TakesTurnsInNobodysRhythm) {
  for (std::size_t rhythm = 1; rhythm < 12; ++rhythm) {
    stream::Rewriter fresh(at(0), {}, kHistory);
    fresh.pass(bytes_of("NOOP\n"));
    fresh.guarantee();
    fresh.pass(bytes_of("LIST\n"));
    std::vector<int> own(rhythm), guaranteed(rhythm);
    for (std::size_t i = 0; i < 40 * rhythm; ++i) {
      const bool is_own = fresh.render(at(5), at(10), 7).begin == at(5);
      ++(is_own ? own : guaranteed)[i % rhythm];
    }
    for (std::size_t i = 0; i < rhythm; ++i) {
      EXPECT_GT(own[i], 0) << "packet " << i << " of " << rhythm;
      EXPECT_GT(guaranteed[i], 0) << "packet " << i << " of " << rhythm;
    }
  }
}

TEST_P(RewriterGuarantee, IsPartOfWhatIsRetained) {
  EXPECT_EQ(rewriter.retained(), 0u);
  pass("NOOP\n");
  replace("PORT 1234\n", "PORT 1\n");
  EXPECT_EQ(rewriter.retained(), 15u) << "in the sender's bytes";
  acknowledge(3);
  EXPECT_EQ(rewriter.retained(), 12u);
  acknowledge(8);
  EXPECT_EQ(rewriter.retained(), 10u) << "a group counts whole until its end";
  acknowledge(12);
  EXPECT_EQ(rewriter.retained(), 0u);
}

TEST_P(RewriterGuarantee, EndsWithTheAcknowledgment) {
  pass("NOOP\n");
  rewriter.guarantee();
  pass("LIST\n");
  acknowledge(4);
  EXPECT_EQ(render(5, 10), (Packet{4, 10, "\nLIST\n"}));
  acknowledge(5);
  EXPECT_TRUE(rewriter.is_plain(at(5)));
  EXPECT_EQ(render(6, 10), (Packet{6, 10, "IST\n"}));
}

TEST_P(RewriterGuarantee, OfALineThatCameInPieces) {
  pass("NOOP\n");
  rewriter.guarantee();  // "PO" was acknowledged, and so was NOOP
  replace("PORT 1\n", "PORT 1234\n");
  rewriter.guarantee();
  pass("LIST\n");
  EXPECT_EQ(render(12, 17), (Packet{0, 17, "NOOP\nPORT 1234\nLIST\n"}));
  acknowledge(5);
  EXPECT_EQ(render(12, 17), (Packet{5, 17, "PORT 1234\nLIST\n"}));
  acknowledge(15);
  EXPECT_TRUE(rewriter.is_plain(at(12)));
}

TEST_P(RewriterGuarantee, CoversAGroupThatSeemsToBeAcknowledged) {
  replace("PORT 123456\n", "PORT 1\n");
  rewriter.guarantee();
  acknowledge(6);  // seems to be byte 11 of 12
  pass("LIST\n");
  EXPECT_EQ(render(12, 17), (Packet{0, 17, "PORT 1\nLIST\n"}));
}

TEST_P(RewriterGuarantee, HoldsWhateverTheBound) {
  pass("NOOP\n");
  rewriter.guarantee();
  pass(std::string(5000, 'x'));
  EXPECT_EQ(render(4000, 4001, 5000).bytes.substr(0, 6), "NOOP\nx");
}

}  // namespace
}  // namespace pinhole::test
