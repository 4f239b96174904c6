// order: what is behind a gap waits, and leaves in order.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/both_sides.hpp"
#include "unit/control/offers.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Decision;
using alg::Reason;
using alg::Side;

TEST(Order, ASegmentBehindAGapWaitsAndLeavesInOrder) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto first = talk.skip(Side::client, kOffer);
  EXPECT_EQ(talk.client("LIST\r\n"), "");
  EXPECT_FALSE(talk.edge.verdicts.contains(talk.last_id()));
  EXPECT_EQ(talk.resend(Side::client, first, kOffer), std::string(kOfferEdited) + "LIST\r\n");
  EXPECT_EQ(talk.edge.order.back(), talk.last_id() - 1);
}

// RFC 7323 section 4.3 (C): else the sender takes the time in which nothing was heard for a round trip, and
// its next timeouts last as long.
TEST(Order, TheAcknowledgmentOfHeldBytesEchoesTheSegmentThatFilledTheGap) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto first = talk.skip(Side::client, "PO");
  talk.clock = 10'000;
  talk.client("RT 19");
  const auto held = talk.last_id();
  talk.clock = 25'000;
  talk.resend(Side::client, first, "PO");
  ASSERT_TRUE(talk.edge.sent_back.contains(held));
  const auto parsed = net::TcpSegment::parse(talk.edge.sent_back.at(held));
  EXPECT_EQ(std::get<net::TcpSegment>(parsed).timestamps()->echo, 25'000u);
}

// Else the receiver takes it for a duplicate from the past (RFC 7323 section 5), or echoes the old clock.
TEST(Order, WhatWaitedLeavesWithTheClockOfWhatFilledTheGap) {
  for (const auto& view : {nat::none(), nat::masquerade()}) {
    Conversation talk(view);
    talk.log_in();
    const auto first = talk.skip(Side::client, "NOOP\r\n");
    talk.clock = 10'000;
    talk.client("PORT 192,168,1,10,40,0\r\n");
    const auto edited = talk.last_id();
    talk.client("NOOP\r\n");
    const auto plain = talk.last_id();
    talk.clock = 25'000;
    talk.resend(Side::client, first, "NOOP\r\n");
    EXPECT_EQ(talk.received(Side::server).substr(talk.received(Side::server).size() - 6), "NOOP\r\n");
    for (const auto id : {edited, plain}) {
      const auto& given = talk.edge.verdicts.at(id);
      ASSERT_EQ(given.action, Action::replace);
      const auto parsed = net::TcpSegment::parse(given.packet);
      EXPECT_EQ(std::get<net::TcpSegment>(parsed).timestamps()->value, 25'000u);
      EXPECT_TRUE(checksums_right(given.packet));
    }
  }
}

TEST(Order, WhatWaitedSaysSo) {
  for (const bool later : {false, true}) {
    Conversation talk(nat::none());
    talk.log_in();
    const auto first = talk.skip(Side::client, "NOOP\r\n");
    talk.client("LIST\r\n");
    const auto waits = talk.last_id();
    if (later) ++talk.clock;
    EXPECT_EQ(talk.resend(Side::client, first, "NOOP\r\n"), "NOOP\r\nLIST\r\n");
    EXPECT_EQ(talk.edge.verdicts.at(waits).reason, Reason::held);
    EXPECT_EQ(talk.last().reason, Reason::passed);
  }
}

/// A packet that waited leaves with a newer clock. Where its checksum was partial (to be computed by the
/// device), it needs a whole one now.
TEST(Order, AHeldPacketLeavesWithAWholeChecksum) {
  FakeTracker tracker;
  FakeEdge edge;
  tracker.connections.push_back(nat::masquerade());
  RouterModel gateway({}, {}, {tracker, tracker, edge, edge});
  const auto say = [&](alg::PacketId id, Side side, net::Seq seq, net::Seq ack, std::string_view text,
                       std::uint32_t clock) {
    const auto key = tracker.connections[0].key(side);
    SegmentSpec spec{key.source, key.destination, seq, ack, text};
    spec.clock = clock;
    spec.flags = text.empty() ? kSyn | kAck : kAck;
    auto packet = make_segment(spec);
    packet[20 + 16] ^= 0x5a;  // the checksum's field holds something else yet
    gateway.packet(id, packet, {});
  };
  say(1, Side::server, net::Seq(4999), net::Seq(1000), "", 1);
  say(2, Side::client, net::Seq(1006), net::Seq(5000), "USER u\r\n", 1);
  say(3, Side::client, net::Seq(1000), net::Seq(5000), "NOOP\r\n", 2);
  ASSERT_EQ(edge.verdicts.at(2).action, Action::replace);
  EXPECT_TRUE(checksums_right(edge.verdicts.at(2).packet));
}

TEST_P(BothSides, APieceBehindAGapWaitsForIt) {
  const auto begin = talk.skip(side(), left);
  EXPECT_EQ(say(rest), "");
  EXPECT_EQ(talk.resend(side(), begin, left), edited);
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

TEST_P(BothSides, NothingBehindAGapIsJudged) {
  talk.skip(side(), "?");
  say(line);
  EXPECT_FALSE(talk.edge.verdicts.contains(talk.last_id()));
  EXPECT_TRUE(talk.edge.negotiations.empty());
  EXPECT_EQ(talk.gateway.usage().waiting_packets, 1u);
}

}  // namespace
}  // namespace pinhole::test
