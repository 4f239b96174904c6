// How the last negotiation of a conversation must have ended.
#pragma once

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {

inline void expect_negotiation(const Conversation& talk, alg::Decision decision, alg::Reason reason) {
  ASSERT_FALSE(talk.edge.negotiations.empty());
  EXPECT_STREQ(to_string(talk.negotiation().decision), to_string(decision));
  EXPECT_EQ(alg::name_of(talk.negotiation().reason), alg::name_of(reason));
  if (decision != alg::Decision::open) {
    EXPECT_TRUE(talk.tracker.opened.empty());
  }
}

}  // namespace pinhole::test
