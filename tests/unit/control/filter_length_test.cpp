// refuse: lines longer than the policy allows.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "unit/control/both_sides.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;

alg::Policy lines_of_100() {
  alg::Policy policy;
  policy.max_command_length = policy.max_reply_length = 100;
  return policy;
}

class LongLines : public BothSides {
 protected:
  LongLines() : BothSides(lines_of_100()) {}
};

INSTANTIATE_TEST_SUITE_P(Of, LongLines, kBothSides, kSideNames);

TEST_P(LongLines, EndTheSessionWhenTheyAreTooLongNotBefore) {
  const std::string begin = by_client() ? "STOR " : "214 ";
  const auto whole = begin + std::string(98 - begin.size(), 'a') + "\r\n";
  EXPECT_EQ(say(whole), whole) << "exactly 100";
  const auto first = begin + std::string(100 - begin.size(), 'a');
  EXPECT_EQ(say(first), first) << "100, and no end yet";
  EXPECT_TRUE(talk.edge.ended.empty());
  EXPECT_EQ(say("a"), "");
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::line_too_long});
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::line_too_long});
}

class ObservedLongLines : public BothSides {
 protected:
  static alg::Policy observing() {
    auto policy = lines_of_100();
    policy.observe = true;
    return policy;
  }
  ObservedLongLines() : BothSides(observing()) {}
};

INSTANTIATE_TEST_SUITE_P(Of, ObservedLongLines, kBothSides, kSideNames);

TEST_P(ObservedLongLines, AreToldOnceEach) {
  const std::string begin = by_client() ? "STOR " : "214 ";
  for (std::size_t lines = 1; lines <= 2; ++lines) {
    for (const auto& piece : {begin + std::string(150, 'a'), std::string(150, 'b'), std::string("\r\n")}) {
      EXPECT_EQ(say(piece), piece);
    }
    EXPECT_EQ(talk.edge.refusals.size(), lines);
  }
  EXPECT_TRUE(talk.edge.ended.empty());
}

TEST(TooLong, ALineTooLong) {
  alg::Policy policy;
  policy.max_command_length = 100;
  for (const std::size_t pieces : {1u, 2u, 120u}) {
    Conversation talk(nat::none(), policy);
    talk.log_in();
    const std::string line = "STOR " + std::string(115, 'a');
    for (std::size_t at = 0; at < line.size() && talk.edge.ended.empty(); at += line.size() / pieces) {
      talk.client(line.substr(at, line.size() / pieces));
    }
    EXPECT_EQ(talk.edge.ended, std::vector{Reason::line_too_long}) << pieces;
    EXPECT_EQ(talk.edge.refusals, std::vector{Reason::line_too_long}) << pieces;
  }
  Conversation talk(nat::none(), policy);
  talk.log_in();
  const std::string fits = "STOR " + std::string(93, 'a') + "\r\n";
  EXPECT_EQ(talk.client(fits), fits);
}

TEST(TooLong, AReplyTooLong) {
  alg::Policy policy;
  policy.max_reply_length = 100;
  Conversation talk(nat::none(), policy);
  talk.log_in();
  talk.server("220 " + std::string(100, 'A') + "\r\n");
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::line_too_long});
}

}  // namespace
}  // namespace pinhole::test
