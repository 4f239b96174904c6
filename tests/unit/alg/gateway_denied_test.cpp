// A denied command that servers read although it is written in another way.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

alg::Policy without_dele() {
  alg::Policy policy;
  policy.deny_commands = {"DELE"};
  return policy;
}

TEST(Denied, AlsoInASessionThatIsNoFtpAnyMore) {
  Conversation talk(nat::none(), without_dele());
  talk.log_in();
  EXPECT_EQ(talk.client("#!?\r\n"), "#!?\r\n");
  EXPECT_EQ(talk.client("DELE file\r\n"), "XXXX file\r\n");
}

/// ProFTPD 1.3.8 takes any white space for the one behind the verb.
TEST(Denied, ATabEndsTheVerbToo) {
  Conversation talk(nat::none(), without_dele());
  talk.log_in();
  EXPECT_EQ(talk.client("DELE\tfile\r\n"), "XXXX\tfile\r\n");
}

}  // namespace
}  // namespace pinhole::test
