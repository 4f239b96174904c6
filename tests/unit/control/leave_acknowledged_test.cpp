// render: what is acknowledged locally, and that it arrives all the same.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/both_sides.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Side;

TEST(AcknowledgedLocally, TheAcknowledgmentSeemsTheReceivers) {
  Conversation talk(nat::both());
  talk.log_in();
  talk.client("PORT 19");
  const auto& ack = talk.edge.sent_back.at(talk.last_id());
  ASSERT_TRUE(checksums_right(ack));
  const auto parsed = net::TcpSegment::parse(ack);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  EXPECT_EQ(segment.source(), talk.view.dialed);
  EXPECT_EQ(segment.destination(), talk.view.client);
  EXPECT_EQ(segment.ack(), talk.next(Side::client));
  EXPECT_EQ(segment.seq(), talk.next(Side::server));
  EXPECT_TRUE(segment.payload().empty());
  ASSERT_TRUE(segment.timestamps());
  EXPECT_EQ(segment.timestamps()->value, 2222u);
  EXPECT_EQ(segment.timestamps()->echo, 1111u);
}

TEST(AcknowledgedLocally, TheAcknowledgmentNeverClosesTheWindow) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto packet = [&talk](alg::PacketId id, Side side, std::string_view text) {
    const auto key = talk.view.key(side);
    SegmentSpec spec{key.source, key.destination, talk.next(side), talk.next(other(side)), text};
    spec.window = 0;
    talk.gateway.packet(id, make_segment(spec), talk.now);
  };
  packet(9001, Side::server, "200 x\r\n");
  packet(9002, Side::client, "PORT 1");
  const auto parsed = net::TcpSegment::parse(talk.edge.sent_back.at(9002));
  EXPECT_EQ(std::get<net::TcpSegment>(parsed).window(), 1024);
}

TEST(AcknowledgedLocally, BytesAreGuaranteedUntilTheReceiverHasThem) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PORT 192,168,");
  const auto tail = talk.skip(Side::client, "1,10,200,10\r\n");
  // The sender knows the first part as acknowledged and repeats only the second.
  EXPECT_EQ(talk.resend(Side::client, tail, "1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
  talk.resend(Side::client, tail, "1,10,200,10\r\n");
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  const auto payload = std::get<net::TcpSegment>(parsed).payload();
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "PORT 203,0,113,7,200,10\r\n");
}

TEST(AcknowledgedLocally, ARepeatedSegmentIsAcknowledgedAgain) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client("PORT 19");
  const auto first = talk.last_id();
  talk.resend(Side::client, seq, "PORT 19");
  EXPECT_EQ(talk.edge.verdicts.at(first).action, Action::drop);
  EXPECT_TRUE(talk.edge.sent_back.contains(talk.last_id()));
  EXPECT_EQ(talk.gateway.usage().waiting_packets, 1u);
}

TEST(AcknowledgedLocally, AnAcknowledgmentAndAResetAreToldApart) {
  alg::Policy policy;
  policy.on_refusal = alg::OnRefusal::reset;
  Conversation talk(nat::masquerade(), policy);
  talk.log_in();
  talk.client("PORT 192,168,");
  EXPECT_EQ(talk.edge.answers, std::vector{alg::Answer::acknowledgment});
  talk.client("9,9,40,0\r\n");
  EXPECT_EQ(talk.edge.answers.back(), alg::Answer::reset);
}

TEST_P(BothSides, APieceThatWaitsIsAcknowledgedLocally) {
  say(left);
  const auto ack = segment_in(talk.edge.sent_back.at(talk.last_id()));
  EXPECT_EQ(ack.source(), talk.view.key(side()).destination);
  EXPECT_EQ(ack.ack(), talk.next(side()));
  EXPECT_EQ(ack.seq(), talk.next(reader()));
}

TEST_P(BothSides, WhatTheSenderTakesForAcknowledgedIsRepeatedForIt) {
  say(left);
  const auto tail = talk.skip(side(), rest);
  EXPECT_EQ(talk.resend(side(), tail, rest), edited);
  talk.resend(side(), tail, rest);
  EXPECT_EQ(payload_in(talk.last().packet), edited);
  answer();
  talk.resend(side(), tail, rest);
  EXPECT_EQ(payload_in(talk.last().packet), "") << "the receiver has it";
}

class BothSidesRefused : public BothSides {
 protected:
  BothSidesRefused() : BothSides(nothing_allowed()) {}
  static alg::Policy nothing_allowed() {
    alg::Policy policy;
    policy.min_data_port = 60'000;
    return policy;
  }
};
INSTANTIATE_TEST_SUITE_P(Of, BothSidesRefused, kBothSides, kSideNames);

/// The receiver's acknowledgment of what came before the line is none of the line.
TEST_P(BothSidesRefused, WhatIsEditedToTheSameLengthIsRepeatedUntilTheReceiverHasIt) {
  const auto key = talk.view.key(reader());
  const auto reply = talk.next(reader());
  say(by_client() ? "NOOP\r\n" : "200 x\r\n");
  const auto acknowledged = talk.next(side());
  say(left);
  const auto tail = talk.skip(side(), rest);
  EXPECT_EQ(talk.resend(side(), tail, rest), masked);
  const auto* text = by_client() ? "200 ok\r\n" : "NOOP\r\n";
  talk.gateway.packet(9001, make_segment({key.source, key.destination, reply, acknowledged, text}), talk.now);
  talk.resend(side(), tail, rest);
  EXPECT_EQ(payload_in(talk.last().packet), masked);
}

}  // namespace
}  // namespace pinhole::test
