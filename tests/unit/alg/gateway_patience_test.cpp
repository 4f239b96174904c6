// Acknowledgments that are never seen, windows that close, sessions that end: nothing may hang, nothing may
// open.

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

/// An edited 227, and behind it as many bytes as are remembered, all in flight for what can be seen.
struct Unacknowledged {
  Unacknowledged() {
    talk.log_in();
    talk.client("PASV\r\nHELP\r\n");
    talk.server("227 (10,0,0,2,200,10)\r\n");
    talk.server("214-" + std::string(1900, 'h') + "\r\n");
    talk.server(std::string(500, 'h') + "\r\n");
    next = talk.skip(Side::server, "214 end\r\n");
  }
  static alg::Limits little() {
    alg::Limits limits;
    limits.history = 2048;
    return limits;
  }
  std::string again(std::chrono::milliseconds later) {
    talk.now += later;
    return talk.resend(Side::server, next, "214 end\r\n");
  }

  Conversation talk{nat::forward(), {}, little()};
  net::Seq next;
};

TEST(GatewayPatience, WhatIsRepeatedAloneHasEverythingBeforeItAcknowledged) {
  Unacknowledged session;
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(session.again(200ms), "") << i;
    EXPECT_EQ(session.talk.last().reason, Reason::edit_pending);
    EXPECT_EQ(session.again(1ms), "") << "the network's repetition is none of TCP's";
  }
  EXPECT_EQ(session.again(200ms), "214 end\r\n");
  EXPECT_EQ(session.talk.server("221 bye\r\n"), "221 bye\r\n");
}

TEST(GatewayPatience, WhatIsRepeatedBehindOlderBytesShowsNothing) {
  Unacknowledged session;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(session.again(200ms), "");
    session.talk.resend(Side::server, session.next - 2, "\r\n");
    EXPECT_EQ(session.talk.last().reason, Reason::retransmitted);
  }
}

TEST(GatewayPatience, APacketThatIsPutOffBringsWhatItRepeats) {
  Unacknowledged session;
  session.talk.resend(Side::server, session.next - 2, "\r\n214 end\r\n");
  const auto& given = session.talk.last();
  ASSERT_EQ(given.action, Action::replace);
  const auto parsed = net::TcpSegment::parse(given.packet);
  const auto payload = std::get<net::TcpSegment>(parsed).payload();
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "\r\n");
  EXPECT_FALSE(session.talk.edge.sent_back.contains(session.talk.last_id()));
}

TEST(GatewayPatience, AnAcknowledgmentInTheReceiversNameNeverClosesItsWindow) {
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

TEST(GatewayPatience, NothingIsOpenedOnceASideHasEnded) {
  Conversation talk(nat::both());
  talk.log_in();
  talk.client("PASV\r\n");
  talk.say(Side::client, "", kFin);
  EXPECT_EQ(talk.server("227 (10,0,0,2,200,10)\r\n"), "227 (10,0,0,2,200,10)\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::ignore);
  EXPECT_EQ(talk.negotiation().reason, Reason::session_ended);
  EXPECT_TRUE(talk.tracker.opened.empty());

  Conversation broken(nat::both());
  broken.log_in();
  broken.client("PASV\r\n");
  broken.say(Side::client, "", kRst);
  broken.server("227 (10,0,0,2,200,10)\r\n");
  EXPECT_TRUE(broken.tracker.opened.empty());
}

TEST(GatewayPatience, AResetFromElsewhereEndsNothing) {
  Conversation talk(nat::both());
  talk.log_in();
  talk.resend(Side::client, talk.next(Side::client) + (std::int64_t{3} << 29), "", kRst);
  EXPECT_EQ(talk.last().reason, Reason::out_of_window);
  EXPECT_TRUE(talk.edge.ended.empty());
}

TEST(GatewayPatience, AKeepAliveMayBringAnyByte) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("NOOP\r\n");
  talk.resend(Side::client, talk.next(Side::client) - 1, std::string(1, '\0'));
  EXPECT_EQ(talk.last().action, Action::replace);
  EXPECT_EQ(talk.last().reason, Reason::retransmitted);
  talk.resend(Side::client, talk.next(Side::client) - 6, "NOPE\r\n");
  EXPECT_EQ(talk.last().reason, Reason::overlap_conflict);
}

}  // namespace
}  // namespace pinhole::test
