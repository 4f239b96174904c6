// How many packets may wait for their verdicts, in one direction, in all sessions, and of one client.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/crowd.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

TEST(DelayedVerdicts, TooManyHeldPacketsAreDropped) {
  alg::Limits limits;
  limits.held_packets = 3;
  Conversation talk(nat::masquerade(), {}, limits);
  talk.log_in();
  talk.skip(Side::client, "x");
  for (int i = 0; i < 3; ++i) talk.client("NOOP\r\n");
  talk.client("NOOP\r\n");
  EXPECT_EQ(talk.last().action, Action::drop);
  EXPECT_EQ(talk.last().reason, Reason::hold_overflow);
}

TEST(DelayedVerdicts, HeldBytesOfAllFlowsAreBounded) {
  alg::Limits limits;
  limits.waiting_bytes = 100;
  Conversation talk(nat::masquerade(), {}, limits);
  talk.log_in();
  talk.skip(Side::client, "x");
  talk.client("NOOP\r\n");
  EXPECT_FALSE(talk.edge.verdicts.contains(talk.last_id()));
  talk.client("NOOP\r\n");
  EXPECT_EQ(talk.last().reason, Reason::hold_overflow);
}

TEST_F(Crowd, OneClientDoesNotTakeAllPlaces) {
  alg::Limits limits;
  limits.waiting_packets = 8;
  open({}, limits);
  const auto half_line = [&](const char* client, net::Port port) {
    const auto view = connection(client, port);
    begin(view);
    const auto key = view.key(Side::client);
    SegmentSpec spec{key.source, key.destination, net::Seq(2101), net::Seq(1001), "behind a gap\r\n"};
    spec.flags = 0x18;
    gateway_->packet(++packets_, make_segment(spec), now);
    return !edge.verdicts.contains(packets_);  // it waits
  };
  int waiting = 0;
  for (net::Port port = 1; port <= 20; ++port) waiting += half_line("192.168.1.10", port);
  EXPECT_GT(waiting, 0);
  EXPECT_LT(waiting, 8);
  EXPECT_TRUE(half_line("192.168.1.11", 40000));
}

}  // namespace
}  // namespace pinhole::test
