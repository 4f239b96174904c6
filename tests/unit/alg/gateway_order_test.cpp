// Loss, repetition and reordering on the way to the gateway and behind it.

#include <gtest/gtest.h>

#include <system_error>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

constexpr std::string_view kPort = "PORT 192,168,1,10,200,10\r\n";
constexpr std::string_view kPortRead = "PORT 203,0,113,7,200,10\r\n";

TEST(GatewayOrder, ASegmentBehindAGapWaitsAndLeavesInOrder) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto first = talk.skip(Side::client, kPort);
  EXPECT_EQ(talk.client("LIST\r\n"), "");
  EXPECT_FALSE(talk.edge.verdicts.contains(talk.last_id()));
  EXPECT_EQ(talk.resend(Side::client, first, kPort), std::string(kPortRead) + "LIST\r\n");
  EXPECT_EQ(talk.edge.order.back(), talk.last_id() - 1);
}

// RFC 7323 section 4.3 (C): else the sender takes the time in which nothing was heard for a round trip, and
// its next timeouts last as long.
TEST(GatewayOrder, TheAcknowledgmentOfHeldBytesEchoesTheSegmentThatFilledTheGap) {
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
TEST(GatewayOrder, WhatWaitedLeavesWithTheClockOfWhatFilledTheGap) {
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

TEST(GatewayOrder, WhatWaitedSaysSo) {
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

/// A gateway outlives an error of its tracker, but what it was about to judge must not: AddressSanitizer sees
/// it (detect_stack_use_after_return).
TEST(GatewayOrder, NothingIsLeftOfAPacketThatCouldNotBeJudged) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto first = talk.skip(Side::client, "NOOP\r\n");
  talk.client(kPort);
  const auto waits = talk.last_id();
  talk.tracker.broken = true;
  ++talk.clock;
  EXPECT_THROW(talk.resend(Side::client, first, "NOOP\r\n"), std::system_error);
  talk.tracker.broken = false;
  EXPECT_EQ(talk.edge.failed, std::vector{waits}) << "it takes the fail mode";
  EXPECT_EQ(talk.edge.verdicts.at(waits).reason, Reason::internal_error);
  const auto again = make_segment(
      {.from = talk.view.client, .to = talk.view.dialed, .seq = first, .ack = net::Seq(1), .payload = {}});
  talk.edge.verdicts.erase(waits);
  talk.gateway.packet(waits, again, talk.now);  // the edge may give its number to another packet
  EXPECT_EQ(talk.edge.verdicts.at(waits).action, Action::accept);
  EXPECT_EQ(talk.edge.verdicts.at(waits).reason, Reason::passed);
}

TEST(GatewayOrder, TooManyHeldPacketsAreDropped) {
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

TEST(GatewayOrder, HeldBytesOfAllFlowsAreBounded) {
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

TEST(GatewayOrder, ARetransmissionLeavesAsTheFirstCopyDid) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client(kPort);
  for (const auto& text :
       {std::string(kPort), std::string("PORT 192,168,1,10,6,66\r\n"), std::string("PORT ")}) {
    talk.resend(Side::client, seq, text);
    ASSERT_EQ(talk.last().action, Action::replace);
    const auto parsed = net::TcpSegment::parse(talk.last().packet);
    const auto payload = std::get<net::TcpSegment>(parsed).payload();
    EXPECT_EQ(std::string(payload.begin(), payload.end()), kPortRead) << text;
  }
  EXPECT_EQ(talk.edge.negotiations.size(), 1u);
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
}

TEST(GatewayOrder, ATailOfAnEditedLineIsSentFromItsBeginning) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client(kPort);
  talk.resend(Side::client, seq + 7, kPort.substr(7));
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  EXPECT_EQ(segment.seq(), seq);
  EXPECT_EQ(segment.payload().size(), kPortRead.size());
}

TEST(GatewayOrder, ARetransmissionWithNewBytesBehindIt) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client(kPort);
  talk.skip(Side::client, "LIST\r\n");
  EXPECT_EQ(talk.resend(Side::client, seq, std::string(kPort) + "LIST\r\n"), "LIST\r\n");
  EXPECT_EQ(talk.edge.negotiations.size(), 1u);
}

TEST(GatewayOrder, OverlapWithOtherBytesIsNoticedAndUndone) {
  Conversation talk(nat::none());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client("NOOP\r\n");
  talk.resend(Side::client, seq, "QUIT\r\n");
  EXPECT_EQ(talk.last().reason, Reason::overlap_conflict);
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  const auto payload = std::get<net::TcpSegment>(parsed).payload();
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "NOOP\r\n");
}

TEST(GatewayOrder, AcknowledgedBytesAreNotSentAgain) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client(kPort);
  talk.server("200 ok\r\n");  // acknowledges
  talk.resend(Side::client, seq, kPort);
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  EXPECT_TRUE(std::get<net::TcpSegment>(parsed).payload().empty());
}

TEST(GatewayOrder, AKeepAliveProbePasses) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client(kPort);
  talk.server("200 ok\r\n");
  talk.resend(Side::client, talk.next(Side::client) - 1, "");
  EXPECT_EQ(talk.last().action, Action::accept);
}

TEST(GatewayOrder, AnImpossibleSequenceNumberIsDropped) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.resend(Side::client, talk.next(Side::client) + (1 << 30) + 5, "PORT 1,2,3,4,5,6\r\n");
  EXPECT_EQ(talk.last().action, Action::drop);
  EXPECT_EQ(talk.last().reason, Reason::out_of_window);
}

TEST(GatewayOrder, ANewConnectionWithTheSameAddressesStartsAfresh) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.say(Side::client, "QUIT\r\n", kFin);
  talk.say(Side::server, "221 bye\r\n", kFin);
  EXPECT_EQ(talk.edge.ended.size(), 1u);
  talk.tracker.connections[0].id = 8;
  talk.resend(Side::server, net::Seq(77777777), "220 again\r\n");
  EXPECT_EQ(talk.last().action, Action::accept);
  EXPECT_EQ(talk.edge.flows_began, 2);
}

TEST(GatewayOrder, ALongReplyMayOutgrowTheHistory) {
  alg::Limits limits;
  limits.history = 2000;
  Conversation talk(nat::forward(), {}, limits);
  talk.log_in();
  const auto seq = talk.next(Side::server);
  talk.server("214-help\r\n");
  for (int i = 0; i < 100; ++i) talk.server(" a line of help that is no reply\r\n");
  talk.resend(Side::server, seq, "214-help\r\n");
  EXPECT_EQ(talk.last().action, Action::accept);
}

TEST(GatewayOrder, ARefusedLineIsNotForgottenWithTheHistory) {
  alg::Limits limits;
  limits.history = 100;
  Conversation talk(nat::none(), {}, limits);
  talk.log_in();
  const auto seq = talk.next(Side::client);
  EXPECT_EQ(talk.client("PORT 8,8,8,8,4,1\r\n"), "XXXX 8,8,8,8,4,1\r\n");
  for (int i = 0; i < 30; ++i) talk.client("NOOP\r\n");
  talk.resend(Side::client, seq, "PORT 8,8,8,8,4,1\r\n");
  EXPECT_EQ(talk.last().action, Action::drop);
  EXPECT_EQ(talk.last().reason, Reason::unknown_retransmission);
}

TEST(GatewayOrder, ARefusedLineIsNotForgottenWithWhatFollowsIt) {
  alg::Limits limits;
  limits.history = 100;
  Conversation talk(nat::none(), {}, limits);
  talk.log_in();
  const auto seq = talk.next(Side::client);
  talk.client("PORT 8,8,8,8,4,1\r\n");
  for (int i = 0; i < 30; ++i) talk.client("NOOP\r\n");
  talk.resend(Side::client, seq, "PORT 8,8,8,8,4,1\r\nNOOP\r\nNOOP\r\n");
  EXPECT_EQ(talk.last().action, Action::drop);
  EXPECT_EQ(talk.last().reason, Reason::unknown_retransmission);
}

TEST(GatewayOrder, BehindAnUnacknowledgedEditMemoryIsBounded) {
  alg::Limits limits;
  limits.history = 1000;
  Conversation talk(nat::forward(), {}, limits);
  talk.log_in();
  talk.client("PASV\r\n");
  talk.server("227 (10,0,0,2,200,10)\r\n");
  for (int i = 0; i < 100 && talk.last().action != Action::drop; ++i) {
    talk.server("200 a reply that nobody acknowledges\r\n");
  }
  EXPECT_EQ(talk.last().action, Action::drop);
  EXPECT_EQ(talk.last().reason, Reason::edit_pending);
}

TEST(GatewayOrder, WhatIsNoSegmentIsDropped) {
  Conversation talk(nat::none());
  const std::vector<std::uint8_t> nonsense(10, 0x45);
  talk.gateway.packet(1000, nonsense, {});
  EXPECT_EQ(talk.edge.verdicts.at(1000).reason, Reason::malformed_packet);
  EXPECT_EQ(talk.edge.verdicts.at(1000).action, Action::drop);
}

TEST(GatewayOrder, FragmentsAreDropped) {
  Conversation talk(nat::none());
  const auto key = talk.view.key(Side::client);
  auto packet = make_segment({key.source, key.destination, net::Seq(1), net::Seq(1), "PORT 1"});
  packet[6] |= 0x20;  // more of them follow
  talk.gateway.packet(1000, packet, {});
  EXPECT_EQ(talk.edge.verdicts.at(1000).reason, Reason::fragment);
  EXPECT_EQ(talk.edge.verdicts.at(1000).action, Action::drop);
}

TEST(GatewayOrder, UnknownConnectionsPassUnread) {
  Conversation talk(nat::none());
  talk.tracker.connections.clear();
  talk.server("220 hello\r\n");
  EXPECT_EQ(talk.last().reason, Reason::unknown_connection);
  EXPECT_EQ(talk.last().action, Action::accept);
}

TEST(GatewayOrder, WhereCommandsAreFilteredUnknownConnectionsAreReset) {
  alg::Policy filtering;
  filtering.deny_commands = {"DELE"};
  const alg::Policies by_server({}, {{net::Network::parse("198.51.100.0/24").value(), filtering}});
  auto elsewhere = filtering;
  elsewhere.observe = true;
  const alg::Policies observing({}, {{net::Network::parse("198.51.100.0/24").value(), elsewhere}});
  for (const auto& [policies, passes] : {std::pair{alg::Policies(filtering), false},
                                         {by_server, false},
                                         {observing, true},
                                         {alg::Policies(), true}}) {
    for (const auto side : {Side::client, Side::server}) {
      Conversation talk(nat::none(), policies);
      talk.tracker.connections.clear();
      talk.say(side, "NOOP\r\n");
      EXPECT_EQ(talk.last().reason, Reason::unknown_connection);
      EXPECT_EQ(talk.last().action, passes ? Action::accept : Action::replace);
      EXPECT_EQ(talk.edge.answers.size(), passes ? 0u : 1u);
      talk.say(side, "");
      EXPECT_EQ(talk.last().action, Action::accept) << "it says nothing";
    }
  }
}

TEST(GatewayOrder, TheTableOfFlowsIsBounded) {
  alg::Limits limits;
  limits.flows = 1;
  Conversation talk(nat::none(), {}, limits);
  talk.server("220 hello\r\n");
  auto second = nat::none();
  second.client.port = second.seen.port = 40001;
  second.id = 9;
  talk.tracker.connections.push_back(second);
  const auto packet = make_segment({second.server, second.seen, net::Seq(1), net::Seq(1), "220 x\r\n"});
  talk.gateway.packet(1000, packet, {});
  EXPECT_EQ(talk.edge.verdicts.at(1000).reason, Reason::session_table_full);
  EXPECT_EQ(talk.gateway.usage().flows, 1u);
}

TEST(GatewayOrder, SilentFlowsAreForgotten) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.gateway.tick(std::chrono::hours(1));
  EXPECT_EQ(talk.gateway.usage().flows, 1u);
  talk.gateway.tick(std::chrono::hours(3));
  EXPECT_EQ(talk.gateway.usage().flows, 0u);
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::idle});
}

}  // namespace
}  // namespace pinhole::test
