// The tracker fails: every packet has its verdict, and nothing is heard twice.

#include <gtest/gtest.h>

#include <system_error>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/offers.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

constexpr const char* kFailingOffer = "PORT 192,168,1,10,40,0\r\n";

/// A session whose tracker fails at one line, which then comes again.
class Failing : public testing::Test {
 protected:
  Failing() { talk.log_in(); }

  /// The line of `side` meets a broken tracker.
  net::Seq fail(Side side, std::string_view line) {
    const auto seq = talk.skip(side, line);
    talk.tracker.broken = true;
    EXPECT_THROW(talk.resend(side, seq, line), std::system_error);
    EXPECT_EQ(talk.edge.failed, std::vector{talk.last_id()});
    talk.tracker.broken = false;
    return seq;
  }

  Conversation talk{nat::masquerade()};
};

TEST_F(Failing, AnOfferIsHeardOnceWhenItComesAgain) {
  const auto seq = fail(Side::client, kFailingOffer);
  EXPECT_EQ(talk.resend(Side::client, seq, kFailingOffer), "PORT 203,0,113,7,40,0\r\n");
  // Were it heard twice, the second of these would answer it again, and a third be waited for.
  talk.server("200 ok\r\n");
  talk.client("PASV\r\n");
  talk.server("227 (198,51,100,2,40,1)\r\n");
  EXPECT_EQ(talk.negotiation().reason, Reason::negotiated);
  talk.client("PORT 192,168,1,10,40,2\r\n");
  talk.server("500 no\r\n");
  EXPECT_EQ(talk.edge.closed.back(), Reason::server_refused) << "the reply meets its command";
}

TEST_F(Failing, AnAnswerIsHeardOnceWhenItComesAgain) {
  talk.client("PASV\r\n");
  const std::string line = "227 (10,9,9,9,40,1)\r\n";
  const auto seq = fail(Side::server, line);
  EXPECT_EQ(talk.resend(Side::server, seq, line), "227 (198,51,100,2,40,1)\r\n");
  EXPECT_EQ(talk.negotiation().reason, Reason::repaired) << "it still answers its PASV";
}

TEST_F(Failing, ALineInPiecesIsHeardOnce) {
  talk.client("PORT 192,168,1,10");
  const std::string rest = ",40,0\r\n";
  const auto seq = fail(Side::client, rest);
  EXPECT_EQ(talk.resend(Side::client, seq, rest), "PORT 203,0,113,7,40,0\r\n");
  EXPECT_EQ(talk.tracker.opened.size(), 1u);
}

TEST_F(Failing, AWithdrawalIsTriedAgain) {
  talk.client(kFailingOffer);
  const std::string line = "500 no\r\n";
  const auto seq = fail(Side::server, line);
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.resend(Side::server, seq, line);
  EXPECT_TRUE(talk.tracker.open_now.empty());
  EXPECT_EQ(talk.edge.closed, std::vector{Reason::server_refused});
}

TEST_F(Failing, TheEndOfASessionIsToldOnce) {
  talk.client(kFailingOffer);
  talk.tracker.broken = true;
  EXPECT_THROW(talk.say(Side::client, "", kRst), std::system_error);
  talk.tracker.broken = false;
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::session_ended});
  talk.resend(Side::client, talk.next(Side::client), "", kRst);
  EXPECT_EQ(talk.edge.ended.size(), 1u);
  EXPECT_TRUE(talk.tracker.open_now.empty());
}

/// What nobody heard must not be waited for. Who was logged in before it stays so.
TEST_F(Failing, WhatPassesUnheardIsNotWaitedFor) {
  talk.edge.fail_open = true;
  fail(Side::client, kFailingOffer);
  EXPECT_EQ(talk.client("NOOP\r\n"), std::string(kFailingOffer) + "NOOP\r\n");
  EXPECT_EQ(talk.server("200 ok\r\n"), "200 ok\r\n");
  talk.client("PORT 192,168,1,10,40,1\r\n");
  EXPECT_EQ(talk.negotiation().decision, alg::Decision::open);
}

/// Bytes that were acknowledged locally reach the server after all.
TEST_F(Failing, WhatWasAcknowledgedLeavesBehindWhatPassedUnheard) {
  talk.client("PORT 192,168,");
  talk.edge.fail_open = true;
  fail(Side::client, "1,10,40,0\r\n");
  talk.client("NOOP\r\n");
  EXPECT_NE(talk.received(Side::server).find("PORT 192,168,1,10,40,0\r\nNOOP\r\n"), std::string::npos);
}

/// A held packet that cannot be judged takes the fail mode as well, and those behind it wait on.
TEST_F(Failing, OfHeldPacketsOnlyTheOneThatCouldNotBeJudged) {
  const auto first = talk.skip(Side::client, "NOOP\r\n");
  const auto port = talk.next(Side::client);
  talk.client(kFailingOffer);
  const auto failing = talk.last_id();
  talk.client("LIST\r\n");
  const auto behind = talk.last_id();
  talk.tracker.broken = true;
  EXPECT_THROW(talk.resend(Side::client, first, "NOOP\r\n"), std::system_error);
  talk.tracker.broken = false;
  EXPECT_EQ(talk.edge.failed, std::vector{failing});
  EXPECT_FALSE(talk.edge.verdicts.contains(behind));
  EXPECT_EQ(talk.resend(Side::client, port, kFailingOffer), "NOOP\r\nPORT 203,0,113,7,40,0\r\nLIST\r\n");
}

/// A gateway outlives an error of its tracker, but what it was about to judge must not: AddressSanitizer sees
/// it (detect_stack_use_after_return).
TEST(FailedHeldPacket, NothingIsLeftOfAPacketThatCouldNotBeJudged) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto first = talk.skip(Side::client, "NOOP\r\n");
  talk.client(kOffer);
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

}  // namespace
}  // namespace pinhole::test
