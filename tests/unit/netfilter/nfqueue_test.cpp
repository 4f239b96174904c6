// A queue that cannot be bound, loses packets, or takes no verdicts.

#include "netfilter/nfqueue.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <system_error>

#include "scripted_kernel.hpp"

namespace pinhole::test {
namespace {

using netfilter::NfQueue;
using netfilter::VerdictBatch;

TEST(NfQueueMade, AsksTwiceAndOpensTheTapUnasked) {
  ScriptedKernel kernel;
  kernel.answer({error_reply(0)}).answer({error_reply(0)});
  const NfQueue queue({});
  EXPECT_EQ(kernel.sent().size(), 3u);
  EXPECT_TRUE(kernel.finished()) << "an answer to the third would be a packet";
}

TEST(NfQueueMade, HasTwoQueuesAndOpensBothTapsLast) {
  ScriptedKernel kernel;
  for (int i = 0; i < 4; ++i) kernel.answer({error_reply(0)});
  const NfQueue queue({.number = 5, .second = 9});
  ASSERT_EQ(kernel.sent().size(), 6u);
  EXPECT_TRUE(kernel.finished());
  kernel.answer({error_reply(0)}).answer({error_reply(0)}).answer({error_reply(EPERM)});
  try {
    const NfQueue refused({.number = 5, .second = 9});
    FAIL();
  } catch (const netfilter::QueueError& error) {
    EXPECT_EQ(error.queue(), 9);
    EXPECT_EQ(error.code().value(), EBUSY);
  }
}

TEST(NfQueueMade, SaysThatAnotherHasTheQueue) {
  ScriptedKernel kernel;
  kernel.answer({error_reply(EPERM)});
  EXPECT_EQ(thrown_by([] { const NfQueue queue({}); }), EBUSY);
  EXPECT_EQ(kernel.sent().size(), 1u);
}

TEST(NfQueueMade, SaysWhatTheKernelSays) {
  ScriptedKernel kernel;
  kernel.answer({error_reply(EPROTONOSUPPORT)});
  EXPECT_EQ(thrown_by([] { const NfQueue queue({}); }), EPROTONOSUPPORT);
  kernel.answer({error_reply(0)}).answer({error_reply(EPERM)});
  EXPECT_EQ(thrown_by([] { const NfQueue queue({}); }), EPERM) << "the limits, not the binding";
  kernel.answer({error_reply(0)});
  EXPECT_EQ(thrown_by([] { const NfQueue queue({}); }), ETIMEDOUT);
}

class NfQueueTest : public testing::Test {
 protected:
  NfQueueTest() {
    kernel.answer({error_reply(0)}).answer({error_reply(0)});
    queue.emplace(NfQueue::Options{});
    verdicts.accept(7);
    before = kernel.sendings();
  }
  std::size_t tries() const { return kernel.sendings() - before; }

  ScriptedKernel kernel;
  std::optional<NfQueue> queue;
  VerdictBatch verdicts;
  std::size_t before = 0;
};

TEST_F(NfQueueTest, ReceivesWhatIsThere) {
  kernel.answer_bytes({1, 2, 3, 4, 5});
  const auto messages = queue->receive();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(Bytes(messages[0].begin(), messages[0].end()), (Bytes{1, 2, 3, 4, 5}));
  EXPECT_EQ(queue->overruns(), 0u);
}

TEST_F(NfQueueTest, CountsOverrunsAndGoesOn) {
  kernel.receive_fails(ENOBUFS).receive_fails(ENOBUFS).answer_bytes({1});
  EXPECT_TRUE(queue->receive().empty());
  EXPECT_TRUE(queue->receive().empty());
  EXPECT_EQ(queue->overruns(), 2u);
  EXPECT_EQ(queue->receive().size(), 1u);
}

TEST_F(NfQueueTest, HasNothingWhereNothingCameOrItWasInterrupted) {
  kernel.answer_bytes({1});
  queue->receive();
  EXPECT_TRUE(queue->receive().empty()) << "what came before is no more";
  kernel.receive_fails(EINTR);
  EXPECT_TRUE(queue->receive().empty());
  EXPECT_EQ(queue->overruns(), 0u);
}

TEST_F(NfQueueTest, ThrowsWhereTheSocketIsBroken) {
  kernel.receive_fails(EBADF);
  EXPECT_EQ(thrown_by([this] { queue->receive(); }), EBADF);
}

TEST_F(NfQueueTest, SendsVerdictsOnce) {
  queue->send(verdicts);
  EXPECT_EQ(tries(), 1u);
  EXPECT_TRUE(verdicts.empty());
}

/// A lost verdict would hold its packet for ever.
TEST_F(NfQueueTest, VerdictsAreSentAgainUntilThereIsMemory) {
  kernel.send_fails(EINTR);
  for (int i = 0; i < 20; ++i) kernel.send_fails(ENOBUFS);
  kernel.send_fails(EINTR);
  queue->send(verdicts);
  EXPECT_EQ(tries(), 23u);
  EXPECT_TRUE(verdicts.empty());
}

TEST_F(NfQueueTest, WaitsASecondForMemoryAndNoLonger) {
  for (int i = 0; i < 1100; ++i) kernel.send_fails(ENOBUFS);
  EXPECT_EQ(thrown_by([this] { queue->send(verdicts); }), ENOBUFS);
  EXPECT_EQ(tries(), 1000u);
}

TEST_F(NfQueueTest, ThrowsWhereNoVerdictCanBeSent) {
  kernel.send_fails(ECONNREFUSED);
  EXPECT_EQ(thrown_by([this] { queue->send(verdicts); }), ECONNREFUSED);
  EXPECT_EQ(tries(), 1u);
}

}  // namespace
}  // namespace pinhole::test
