// How fast a session may give commands.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using alg::Side;

TEST(CommandRate, WhatIsNoCommandIsNotCounted) {
  alg::Policy policy;
  policy.commands_per_second = 1;
  Conversation talk(nat::none(), policy);
  EXPECT_EQ(talk.client("\x01\x02\r\n"), "\x01\x02\r\n");
  EXPECT_TRUE(talk.edge.refusals.empty());
}

TEST(CommandRate, AsManyAsASecondHolds) {
  alg::Policy policy;
  policy.commands_per_second = 5;
  Conversation talk(nat::none(), policy);
  talk.log_in();  // 2 commands
  talk.wait(std::chrono::seconds(2), Side::client);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n") << i;
  EXPECT_EQ(talk.client("NOOP\r\n"), "XXXX\r\n");
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::command_rate});
  talk.wait(std::chrono::seconds(1), Side::client);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n") << i;
  EXPECT_EQ(talk.client("NOOP\r\n"), "XXXX\r\n");
}

}  // namespace
}  // namespace pinhole::test
