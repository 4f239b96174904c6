// The front door closes: whoever waits for a verdict gets one.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

TEST(GatewayEnd, SaysThatItStoppedAndNotThatSessionsWereIdle) {
  FakeTracker tracker;
  FakeEdge edge;
  tracker.connections.push_back(nat::masquerade());
  {
    RouterModel gateway({}, {}, {tracker, tracker, edge, edge});
    const auto key = tracker.connections[0].key(Side::server);
    SegmentSpec greeting{key.source, key.destination, net::Seq(5000), net::Seq(1000), "220 ready\r\n"};
    gateway.packet(1, make_segment(greeting), {});
  }
  EXPECT_EQ(edge.ended, std::vector{Reason::gateway_stopped});
}

/// The pinholes end with their timeouts; whoever waits for a verdict gets one.
TEST(GatewayEnd, EndsWithoutAWayToTheTracker) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PORT 192,168,1,10,40,0\r\n");
  ASSERT_EQ(talk.tracker.open_now.size(), 1u);
  talk.tracker.broken = true;
}

TEST(GatewayEnd, TheGatewaysEndReleasesIt) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PORT 1");
  {
    RouterModel ending({}, {}, {talk.tracker, talk.tracker, talk.edge, talk.edge});
    const auto from = [&](Side side, net::Seq seq, net::Seq ack, std::string_view text) {
      const auto key = talk.view.key(side);
      return make_segment({key.source, key.destination, seq, ack, text});
    };
    ending.packet(1002, from(Side::client, net::Seq(1), net::Seq(8), "PO"), {});
    EXPECT_FALSE(talk.edge.verdicts.contains(1002));
  }
  EXPECT_EQ(talk.edge.verdicts.at(1002).action, Action::accept);
}

}  // namespace
}  // namespace pinhole::test
