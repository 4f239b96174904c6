// A RST of one of the hosts: it ends the session if its receiver believes it.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/both_sides.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

class Rst : public testing::Test {
 protected:
  Rst() : talk(nat::masquerade()) {
    handshake(talk);
    talk.log_in();
    talk.client("PORT 192,168,1,10,40,0\r\n");
  }
  static void handshake(Conversation& talk) {
    talk.resend(Side::server, talk.next(Side::server) - 1, "", kSyn);
  }

  Conversation talk;
};

TEST_F(Rst, WithTheNextNumberEndsTheSession) {
  for (const Side side : {Side::client, Side::server}) {
    Conversation each(nat::masquerade());
    each.log_in();
    each.client("PORT 192,168,1,10,40,0\r\n");
    each.say(side, "", kRst);
    EXPECT_EQ(each.last().action, Action::accept);
    EXPECT_EQ(each.edge.ended, std::vector{Reason::session_ended});
    EXPECT_TRUE(each.tracker.open_now.empty());
  }
}

/// RFC 5961: the receiver asks whether it was meant, and a forger cannot answer.
TEST_F(Rst, FromBehindAGapEndsNothing) {
  for (const std::int64_t ahead : {1, 100, 30'000}) {
    talk.resend(Side::server, talk.next(Side::server) + ahead, "", kRst);
    EXPECT_EQ(talk.last().action, Action::accept) << ahead;
    EXPECT_TRUE(talk.edge.ended.empty()) << ahead;
    EXPECT_EQ(talk.tracker.open_now.size(), 1u) << ahead;
  }
  EXPECT_EQ(talk.server("200 ok\r\n"), "200 ok\r\n");
  EXPECT_EQ(talk.client("LIST\r\n"), "LIST\r\n");
}

/// What was sent last may be lost: then the receiver waits for a number that we have already seen.
TEST_F(Rst, WithANumberThatTheReceiverMayWaitForEndsTheSession) {
  const auto lost = talk.next(Side::server);
  talk.skip(Side::server, "200 ok\r\n");
  talk.resend(Side::server, lost, "200 ok\r\n");
  talk.resend(Side::server, lost, "", kRst);
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::session_ended});
}

TEST_F(Rst, BehindItsOwnFinEndsTheSession) {
  talk.say(Side::server, "421 bye\r\n", kFin);
  talk.say(Side::server, "", kRst);
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::session_ended});
}

/// Where the beginning was not seen, nobody knows what the receiver waits for.
TEST_F(Rst, OfASessionSeenFromItsMiddleAlwaysEndsIt) {
  for (const auto state : {alg::Labels::State::authorized, alg::Labels::State::none}) {
    Conversation middle(nat::masquerade());
    middle.tracker.labelled = {.state = state};
    middle.skip(Side::server, "226 done\r\n");  // crosses the first packet that is seen
    middle.client("NOOP\r\n");
    middle.say(Side::server, "", kRst);
    EXPECT_EQ(middle.edge.ended, std::vector{Reason::session_ended});
  }
}

/// Its gaps pass unheard, so the receiver may have more than was heard here.
TEST_F(Rst, OfWhatIsNoFtpAlwaysEndsIt) {
  Conversation not_ftp(nat::masquerade());
  handshake(not_ftp);
  not_ftp.server("SSH-2.0\r\n");
  not_ftp.skip(Side::server, "lost\r\n");
  not_ftp.server("passes\r\n");
  not_ftp.say(Side::server, "", kRst);
  EXPECT_EQ(not_ftp.edge.ended, std::vector{Reason::session_ended});
}

TEST(HostsRst, AResetFromElsewhereEndsNothing) {
  Conversation talk(nat::both());
  talk.log_in();
  talk.resend(Side::client, talk.next(Side::client) + (std::int64_t{3} << 29), "", kRst);
  EXPECT_EQ(talk.last().reason, Reason::out_of_window);
  EXPECT_TRUE(talk.edge.ended.empty());
}

TEST(HostsRst, AResetBearsTheNumberThatTheReceiverWaitsFor) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto begin = talk.next(Side::client);
  talk.client("PORT 1,2");
  const auto beginning = talk.last_id();
  talk.say(Side::client, "", kRst);
  EXPECT_EQ(talk.edge.verdicts.at(beginning).action, Action::drop);
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  EXPECT_EQ(std::get<net::TcpSegment>(parsed).seq(), begin);
  EXPECT_TRUE(std::get<net::TcpSegment>(parsed).rst());
}

TEST_P(BothSides, ARstInMidLineBearsTheNumberThatTheReceiverWaitsFor) {
  const auto begin = talk.next(side());
  say(left);
  const auto parked = talk.last_id();
  say("", kRst);
  EXPECT_EQ(segment_in(talk.last().packet).seq(), begin);
  EXPECT_TRUE(segment_in(talk.last().packet).rst());
  EXPECT_EQ(talk.edge.verdicts.at(parked).action, Action::drop);
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::session_ended});
}

}  // namespace
}  // namespace pinhole::test
