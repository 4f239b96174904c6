// A long transfer keeps its control connection.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using alg::Side;
using std::chrono::seconds;

class Transfer : public testing::Test {
 protected:
  Transfer() : talk(nat::masquerade(), policy()) {
    talk.log_in();
    talk.client("PASV\r\n");
    talk.server("227 (198,51,100,20,40,0)\r\n");
    talk.client("RETR large\r\n");
    talk.server("150 opening\r\n");
  }
  static alg::Policy policy() {
    alg::Policy policy;
    policy.idle_timeout = seconds(60);
    return policy;
  }
  void wait(int ticks) {
    for (int i = 0; i < ticks; ++i) talk.wait(seconds(5), Side::client);
  }

  Conversation talk;
};

TEST_F(Transfer, KeepsItsControlConnection) {
  talk.tracker.transferring = true;
  wait(100);
  EXPECT_EQ(talk.gateway.usage().flows, 1u);
  EXPECT_GE(talk.tracker.kept_alive.size(), 25u);
  EXPECT_LE(talk.tracker.kept_alive.size(), 50u) << "every ten seconds at most";
  talk.server("226 done\r\n");
  const auto asked = talk.tracker.kept_alive.size();
  wait(8);
  EXPECT_EQ(talk.tracker.kept_alive.size(), asked) << "the transfer has ended";
}

TEST_F(Transfer, ThatIsGoneKeepsNothing) {
  wait(14);
  EXPECT_EQ(talk.tracker.kept_alive.size(), 1u) << "asked for once";
  EXPECT_EQ(talk.gateway.usage().flows, 0u);
}

/// A new pinhole has taken the place of the one that was asked about.
TEST_F(Transfer, AnAnswerAboutAnotherPinholeCountsForNothing) {
  talk.gateway.tick(talk.now += seconds(10));
  ASSERT_EQ(talk.tracker.questions.size(), 1u);
  const auto question = talk.tracker.questions[0];
  talk.server("226 done\r\n");
  talk.client("PASV\r\n");
  talk.server("227 (198,51,100,2,40,9)\r\n");
  talk.client("RETR large\r\n");
  talk.server("150 opening\r\n");
  talk.gateway.answer({question, false}, talk.now);
  talk.gateway.tick(talk.now += seconds(10));
  ASSERT_EQ(talk.tracker.questions.size(), 2u);
  EXPECT_NE(talk.tracker.questions[1].pinhole, question.pinhole);
}

/// Long transfers of several clients.
class Transfers : public testing::Test {
 protected:
  Transfers() { tracker.transferring = true; }

  void begin(std::uint64_t id) {
    alg::NatView view = nat::none();
    view.id = id;
    view.client.port = view.seen.port = static_cast<net::Port>(40'000 + id);
    tracker.connections.push_back(view);
    std::array next{net::Seq(1000), net::Seq(5000)};
    const auto say = [&](Side side, std::string_view text, std::uint8_t flags = kAck) {
      const auto key = view.key(side);
      auto& seq = next[alg::index(side)];
      gateway.packet(++packets_,
                     make_segment({.from = key.source,
                                   .to = key.destination,
                                   .seq = seq,
                                   .ack = next[alg::index(other(side))],
                                   .payload = text,
                                   .flags = flags}),
                     now);
      seq = seq + static_cast<std::int64_t>(text.size()) + (flags == kAck ? 0 : 1);
    };
    say(Side::server, "", kSyn | kAck);
    say(Side::server, "220 ready\r\n");
    say(Side::client, "USER u\r\n");
    say(Side::server, "230 welcome\r\n");
    say(Side::client, "PASV\r\n");
    say(Side::server, "227 (198,51,100,2,40,0)\r\n");
    say(Side::client, "RETR large\r\n");
    say(Side::server, "150 opening\r\n");
  }
  void tick(seconds passed) {
    gateway.tick(now += passed);
    tracker.answer(gateway, now);
  }

  FakeTracker tracker;
  FakeEdge edge;
  RouterModel gateway{{}, {}, {tracker, tracker, edge, edge}};
  alg::Time now{};

 private:
  alg::PacketId packets_ = 0;
};

TEST_F(Transfers, EachIsAskedForOnceUntilItIsAnswered) {
  for (std::uint64_t id = 1; id <= 5; ++id) begin(id);
  ASSERT_EQ(tracker.opened.size(), 5u);
  for (int turn = 0; turn < 3; ++turn) gateway.tick(now += seconds(20));
  EXPECT_EQ(tracker.questions.size(), 5u);
  tracker.answer(gateway, now);
  EXPECT_EQ(tracker.sought.size(), 5u);
  tick(seconds(20));
  EXPECT_EQ(tracker.kept_alive.size(), 10u);
  EXPECT_EQ(tracker.sought.size(), 5u) << "they are found again without a search";
}

TEST_F(Transfers, TheOneThatWaitsLongestIsAskedForFirst) {
  for (std::uint64_t id = 1; id <= 5; ++id) {
    begin(id);
    tick(seconds(1));
  }
  gateway.tick(now += seconds(20));
  ASSERT_EQ(tracker.questions.size(), 5u);
  for (std::uint64_t id = 1; id <= 5; ++id) EXPECT_EQ(tracker.questions[id - 1].flow.id, id);
}

}  // namespace
}  // namespace pinhole::test
