// render: how much is remembered behind an edit that nobody acknowledges, and when it counts as acknowledged.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using namespace std::chrono_literals;
using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

/// An unacknowledged edit, and behind it what fills the memory that it keeps.
class HistoryEdge : public testing::Test {
 protected:
  static constexpr std::size_t kHistory = 2048;
  static alg::Limits little() {
    alg::Limits limits;
    limits.history = kHistory;
    return limits;
  }
  HistoryEdge() {
    talk.log_in();
    talk.client("PASV\r\nHELP\r\n");
    talk.server(kAnswer);
  }
  void remember(std::size_t bytes) {
    talk.server("214-" + std::string(bytes - kAnswer.size() - 6, 'h') + "\r\n");
  }
  const std::string kAnswer = "227 (10,0,0,2,200,10)\r\n";
  const std::string kEnd = "214 end\r\n";
  Conversation talk{nat::forward(), {}, little()};
};

TEST_F(HistoryEdge, WhatItHoldsExactlyLetsTheNextPacketPass) {
  remember(kHistory);
  EXPECT_EQ(talk.server(kEnd), kEnd);
}

TEST_F(HistoryEdge, OneByteMoreMakesItWait) {
  remember(kHistory + 1);
  EXPECT_EQ(talk.server(kEnd), "");
  EXPECT_EQ(talk.last().reason, Reason::edit_pending);
}

TEST_F(HistoryEdge, OnceAssumedEverythingBeforeCountsAsAcknowledged) {
  remember(kHistory + 1);
  const auto begin = talk.skip(Side::server, kEnd);
  for (int i = 0; i < 6; ++i) {
    talk.now += std::chrono::milliseconds(200);
    EXPECT_EQ(talk.resend(Side::server, begin, kEnd), "") << i;
  }
  talk.now += std::chrono::milliseconds(200);
  EXPECT_EQ(talk.resend(Side::server, begin, kEnd), kEnd);
  talk.resend(Side::server, begin - 2, "\r\n");
  ASSERT_EQ(talk.last().action, Action::replace);
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  EXPECT_TRUE(std::get<net::TcpSegment>(parsed).payload().empty()) << "the client has it";
  EXPECT_EQ(talk.server("200 fine\r\n"), "200 fine\r\n") << "and the bound is far again";
}

TEST(Unacknowledged, BehindAnUnacknowledgedEditMemoryIsBounded) {
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

TEST(Unacknowledged, WhatIsRepeatedAloneHasEverythingBeforeItAcknowledged) {
  Unacknowledged session;
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(session.again(200ms), "") << i;
    EXPECT_EQ(session.talk.last().reason, Reason::edit_pending);
    EXPECT_EQ(session.again(1ms), "") << "the network's repetition is none of TCP's";
  }
  EXPECT_EQ(session.again(200ms), "214 end\r\n");
  EXPECT_EQ(session.talk.server("221 bye\r\n"), "221 bye\r\n");
}

TEST(Unacknowledged, WhatIsRepeatedBehindOlderBytesShowsNothing) {
  Unacknowledged session;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(session.again(200ms), "");
    session.talk.resend(Side::server, session.next - 2, "\r\n");
    EXPECT_EQ(session.talk.last().reason, Reason::retransmitted);
  }
}

TEST(Unacknowledged, APacketDroppedForRetransmitBringsWhatItRepeats) {
  Unacknowledged session;
  session.talk.resend(Side::server, session.next - 2, "\r\n214 end\r\n");
  const auto& given = session.talk.last();
  ASSERT_EQ(given.action, Action::replace);
  const auto parsed = net::TcpSegment::parse(given.packet);
  const auto payload = std::get<net::TcpSegment>(parsed).payload();
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "\r\n");
  EXPECT_FALSE(session.talk.edge.sent_back.contains(session.talk.last_id()));
}

}  // namespace
}  // namespace pinhole::test
