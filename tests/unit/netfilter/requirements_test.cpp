// Why a worker could not be made, in words that name the remedy.

#include "netfilter/requirements.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace pinhole::test {
namespace {

std::string explained(int error) {
  return netfilter::explain_queue_failure(7, {error, std::generic_category(), "bind"});
}

TEST(QueueFailure, NamesTheQueueAndTheRemedy) {
  EXPECT_EQ(
      explained(EBUSY),
      "queue 7 is in use by another program: is Pinhole already running? If not, choose another queue-base");
  for (const int error : {EINVAL, EPROTONOSUPPORT}) {
    EXPECT_EQ(explained(error),
              "queue 7: the kernel does not support NFQUEUE: load the module nfnetlink_queue");
  }
  EXPECT_EQ(explained(EAFNOSUPPORT),
            "queue 7: the kernel does not support packet sockets: load the module af_packet");
}

TEST(QueueFailure, SaysTheRestAsItIs) {
  const auto line = explained(ENOMEM);
  EXPECT_TRUE(line.starts_with("queue 7: bind: ")) << line;
  EXPECT_NE(line.find(std::generic_category().message(ENOMEM)), std::string::npos) << line;
}

}  // namespace
}  // namespace pinhole::test
