// What holds for a line of the client holds for one of the server: PORT behind masquerade, 227 behind a
// forwarded port.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using namespace std::chrono_literals;
using Action = alg::Verdict::Action;
using alg::Decision;
using alg::Reason;
using alg::Side;

net::TcpSegment segment_in(const std::vector<std::uint8_t>& packet) {
  return std::get<net::TcpSegment>(net::TcpSegment::parse(packet));
}

std::string payload_in(const std::vector<std::uint8_t>& packet) {
  const auto payload = segment_in(packet).payload();
  return {payload.begin(), payload.end()};
}

class BothSides : public testing::TestWithParam<Side> {
 protected:
  explicit BothSides(alg::Policy policy = {})
      : talk(by_client() ? nat::masquerade() : nat::forward(), policy) {
    talk.log_in();
    ask();
  }
  static bool by_client() { return GetParam() == Side::client; }
  static Side side() { return GetParam(); }
  static Side reader() { return other(GetParam()); }

  /// What must have been said before the line.
  void ask() {
    if (!by_client()) talk.client("PASV\r\n");
  }
  /// What the line's receiver says to it, which acknowledges it.
  void answer() { by_client() ? talk.server("200 ok\r\n") : talk.client("NOOP\r\n"); }
  std::string say(std::string_view text, std::uint8_t flags = 0) { return talk.say(side(), text, flags); }

  const std::string line = by_client() ? "PORT 192,168,1,10,200,10\r\n" : "227 (10,0,0,2,200,10)\r\n";
  const std::string edited = by_client() ? "PORT 203,0,113,7,200,10\r\n" : "227 (203,0,113,7,200,10)\r\n";
  const std::string masked = by_client() ? "XXXX 192,168,1,10,200,10\r\n" : "425 Data connection r\r\n";
  const std::string left = line.substr(0, 8), rest = line.substr(8);
  Conversation talk;
};
const auto kBothSides = testing::Values(Side::client, Side::server);
const auto kSideNames = [](const auto& instance) {
  return std::string(instance.param == Side::client ? "client" : "server");
};
INSTANTIATE_TEST_SUITE_P(Of, BothSides, kBothSides, kSideNames);

TEST_P(BothSides, AnUnfinishedLineIsReleasedInItsTime) {
  say(left);
  const auto begun = talk.now;
  const auto read_at = [&](alg::Time time) {
    const auto before = talk.received(reader()).size();
    talk.now = begun + time;
    talk.wait(0s, reader());
    return talk.received(reader()).substr(before);
  };
  EXPECT_EQ(read_at(14'999ms), "");
  EXPECT_EQ(read_at(15'001ms), left);
  EXPECT_EQ(read_at(60s), "") << "once";
  EXPECT_EQ(talk.last().reason, Reason::unfinished_line);
  EXPECT_EQ(talk.gateway.usage().waiting_packets, 0u);
}

TEST_P(BothSides, APieceBehindAGapWaitsForIt) {
  const auto begin = talk.skip(side(), left);
  EXPECT_EQ(say(rest), "");
  EXPECT_EQ(talk.resend(side(), begin, left), edited);
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

TEST_P(BothSides, AFinInMidLineBringsWhatWasAbsorbed) {
  say(left);
  EXPECT_EQ(say("", kFin), left);
  EXPECT_TRUE(segment_in(talk.last().packet).fin());
  EXPECT_TRUE(talk.edge.negotiations.empty());
}

TEST_P(BothSides, AFinWithTheRestBringsAllOfIt) {
  say(left);
  EXPECT_EQ(say(rest, kFin), edited);
  EXPECT_TRUE(segment_in(talk.last().packet).fin());
}

TEST_P(BothSides, AFinWithdrawsThePinhole) {
  EXPECT_EQ(say(line), edited);
  ASSERT_EQ(talk.tracker.open_now.size(), 1u);
  say("", kFin);
  EXPECT_TRUE(talk.tracker.open_now.empty());
  EXPECT_TRUE(talk.edge.ended.empty()) << "the other half is open";
  talk.say(reader(), "", kFin);
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::session_ended});
}

TEST_P(BothSides, ARstInMidLineBearsTheNumberThatTheReceiverWaitsFor) {
  const auto begin = talk.next(side());
  say(left);
  const auto carrier = talk.last_id();
  say("", kRst);
  EXPECT_EQ(segment_in(talk.last().packet).seq(), begin);
  EXPECT_TRUE(segment_in(talk.last().packet).rst());
  EXPECT_EQ(talk.edge.verdicts.at(carrier).action, Action::drop);
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::session_ended});
}

TEST_P(BothSides, UrgentBytesEndTheWaiting) {
  EXPECT_EQ(say(left), "");
  EXPECT_EQ(say("\xff\xf4", kUrg), left + "\xff\xf4");
}

TEST_P(BothSides, AnAbsorbedPieceIsAcknowledgedInTheReceiversName) {
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

TEST_P(BothSides, ARepeatedEditIsTheSameAgain) {
  const auto begin = talk.next(side());
  EXPECT_EQ(say(line), edited);
  talk.resend(side(), begin, line);
  EXPECT_EQ(payload_in(talk.last().packet), edited);
  EXPECT_EQ(talk.last().reason, Reason::retransmitted);
  EXPECT_EQ(talk.edge.negotiations.size(), 1u) << "it is heard once";
}

/// Edits that a packet has no room for wait, three times.
TEST_P(BothSides, AnEditThatDoesNotFitWaitsThreeTimes) {
  if (!by_client()) talk.client("HELP\r\nPASV\r\n");
  EXPECT_EQ(say(line), edited);
  const std::string long_line =
      by_client() ? "STOR " + std::string(1150, 'a') + "\r\n" : "214 " + std::string(1150, 'a') + "\r\n";
  const auto begin = talk.skip(side(), long_line + line);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(talk.resend(side(), begin, long_line + line), "") << i;
    EXPECT_EQ(talk.last().reason, Reason::edit_pending);
  }
  EXPECT_EQ(talk.resend(side(), begin, long_line + line), long_line + masked);
  EXPECT_EQ(talk.negotiation().reason, Reason::edit_pending);
}

TEST_P(BothSides, NothingBehindAGapIsJudged) {
  talk.skip(side(), "?");
  say(line);
  EXPECT_FALSE(talk.edge.verdicts.contains(talk.last_id()));
  EXPECT_TRUE(talk.edge.negotiations.empty());
  EXPECT_EQ(talk.gateway.usage().waiting_packets, 1u);
}

TEST_P(BothSides, ARepetitionOfWhatWaitsNeedsNoMoreRoom) {
  say(left);
  talk.resend(side(), talk.next(side()) - static_cast<std::int64_t>(left.size()), left);
  EXPECT_EQ(talk.gateway.usage().waiting_packets, 1u);
  EXPECT_EQ(say(rest), edited);
  EXPECT_EQ(talk.gateway.usage().waiting_packets, 0u);
}

alg::Policy lines_of_100() {
  alg::Policy policy;
  policy.max_command_length = policy.max_reply_length = 100;
  return policy;
}

class LongLines : public BothSides {
 protected:
  LongLines() : BothSides(lines_of_100()) {}
};
INSTANTIATE_TEST_SUITE_P(Of, LongLines, kBothSides, kSideNames);

TEST_P(LongLines, EndTheSessionWhenTheyAreTooLongNotBefore) {
  const std::string begin = by_client() ? "STOR " : "214 ";
  const auto whole = begin + std::string(98 - begin.size(), 'a') + "\r\n";
  EXPECT_EQ(say(whole), whole) << "exactly 100";
  const auto first = begin + std::string(100 - begin.size(), 'a');
  EXPECT_EQ(say(first), first) << "100, and no end yet";
  EXPECT_TRUE(talk.edge.ended.empty());
  EXPECT_EQ(say("a"), "");
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::line_too_long});
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::line_too_long});
}

class ObservedLongLines : public BothSides {
 protected:
  static alg::Policy observing() {
    auto policy = lines_of_100();
    policy.observe = true;
    return policy;
  }
  ObservedLongLines() : BothSides(observing()) {}
};
INSTANTIATE_TEST_SUITE_P(Of, ObservedLongLines, kBothSides, kSideNames);

TEST_P(ObservedLongLines, AreToldOnceEach) {
  const std::string begin = by_client() ? "STOR " : "214 ";
  for (std::size_t lines = 1; lines <= 2; ++lines) {
    for (const auto& piece : {begin + std::string(150, 'a'), std::string(150, 'b'), std::string("\r\n")}) {
      EXPECT_EQ(say(piece), piece);
    }
    EXPECT_EQ(talk.edge.refusals.size(), lines);
  }
  EXPECT_TRUE(talk.edge.ended.empty());
}

}  // namespace
}  // namespace pinhole::test
