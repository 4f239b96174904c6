// Bytes that went by unheard: the session goes on, with no more trust than its entry has.

#include "control/missed.hpp"

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/offers.hpp"
#include "unit/control/refusals.hpp"

namespace pinhole::test {
namespace {

using namespace std::chrono_literals;
using alg::Decision;
using alg::Reason;
using alg::Side;
using Sides = std::vector<Side>;

/// A segment that TCP sends again until the gateway lets it go, at most that often.
std::string repeat(Conversation& talk, Side side, net::Seq seq, std::string_view text, int times = 4) {
  std::string read;
  for (int i = 0; i < times && read.empty(); ++i) {
    talk.now += 200ms;
    read = talk.resend(side, seq, text);
  }
  return read;
}

TEST(Missed, WhatThePeerAcknowledgesIsNotWaitedFor) {
  for (const auto& view : {nat::none(), nat::masquerade()}) {
    Conversation talk(view);
    talk.log_in();
    talk.client("NOOP\r\n");
    talk.bypass(Side::server, "200 ok\r\n");
    EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
    EXPECT_EQ(talk.edge.missed, Sides{Side::server});
    EXPECT_EQ(talk.server("200 ok\r\n"), "200 ok\r\n");
  }
}

TEST(Missed, BehindAnEditTheNumbersStayRight) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client(kOffer);
  talk.server("200 ok\r\n");
  talk.bypass(Side::client, "LIST\r\n");
  EXPECT_EQ(talk.server("150 here\r\n"), "150 here\r\n");
  EXPECT_EQ(talk.edge.missed, Sides{Side::client});
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.client(kOffer), kOfferEdited);
  EXPECT_EQ(talk.server("226 done\r\n"), "226 done\r\n");
}

TEST(Missed, ALoggedInSessionStaysLoggedIn) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("NOOP\r\n");
  talk.bypass(Side::server, "200 ok\r\n");
  EXPECT_EQ(talk.client(kOffer), kOfferEdited);
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

/// A browser's POST, during which the queue overflowed.
TEST(Missed, NoOtherSessionIsTrusted) {
  Conversation talk(nat::masquerade());
  talk.server("220 ready\r\n");
  talk.client("USER u\r\n");
  talk.bypass(Side::server, "331 password\r\n");
  talk.client("PASS p\r\n");
  talk.server("230 in\r\n");
  EXPECT_EQ(talk.client(kOffer), kOffer);
  EXPECT_TRUE(talk.tracker.opened.empty());
  EXPECT_EQ(talk.edge.not_ftp, std::vector{Reason::bytes_missed});
  EXPECT_EQ(talk.tracker.labels.at(talk.view.id).state, alg::Labels::State::not_ftp);
}

/// As while a firewall's rules were loaded anew: a whole exchange.
TEST(Missed, NeitherIsWhatWentByWithIt) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.bypass(Side::client, "NOOP\r\n");
  talk.bypass(Side::server, "200 ok\r\n");
  EXPECT_EQ(talk.client(kOffer), kOfferEdited);
  EXPECT_EQ(talk.edge.missed, (Sides{Side::server, Side::client}));
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

/// As when the queue overflows.
TEST(Missed, BehindManyCommandsAndRepliesItNegotiates) {
  Conversation talk(nat::both());
  talk.log_in();
  talk.client("NOOP 1\r\n");
  talk.bypass(Side::client, "NOOP 2\r\nNOOP 3\r\n");
  talk.bypass(Side::server, "200 1\r\n");
  for (const auto* reply : {"200 2\r\n", "200 3\r\n"}) EXPECT_EQ(talk.server(reply), reply);
  EXPECT_EQ(talk.edge.missed, (Sides{Side::client, Side::server}));
  talk.client("PASV\r\n");
  talk.server("227 Here (10,0,0,2,200,10).\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

TEST(Missed, WhatWasOnItsWayAfterAllPasses) {
  Conversation talk(nat::none());
  talk.log_in();
  const auto late = talk.skip(Side::client, "NOOP\r\n");
  talk.bypass(Side::server, "200 ok\r\n");
  talk.client("SYST\r\n");
  EXPECT_EQ(talk.resend(Side::client, late, "NOOP\r\n"), "NOOP\r\n");
}

TEST(Missed, WhatIsRepeatedInVainIsWaitedForNoLonger) {
  for (const auto side : {Side::client, Side::server}) {
    Conversation talk(nat::masquerade());
    talk.log_in();
    talk.bypass(side, "200 NOOP\r\n");
    const auto seq = talk.skip(side, "211 STAT\r\n");
    EXPECT_EQ(talk.resend(side, seq, "211 STAT\r\n"), "");
    EXPECT_EQ(repeat(talk, side, seq, "211 STAT\r\n", 3), "") << "a probe for a lost tail comes out of turn";
    EXPECT_EQ(repeat(talk, side, seq, "211 STAT\r\n", 1), "211 STAT\r\n");
    EXPECT_EQ(talk.edge.missed, Sides{side});
  }
}

/// What comes behind the gap is repeated, but the gap is, too: it is on its way.
TEST(Missed, WhatIsOnItsWayIsWaitedFor) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto earlier = talk.next(Side::client);
  talk.client("NOOP\r\n");
  const auto lost = talk.skip(Side::client, "STAT\r\n");
  const auto seq = talk.skip(Side::client, "SYST\r\n");
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(repeat(talk, Side::client, seq, "SYST\r\n", 3), "");
    talk.resend(Side::client, earlier, "NOOP\r\n");
  }
  EXPECT_EQ(talk.edge.missed, Sides());
  EXPECT_EQ(talk.resend(Side::client, lost, "STAT\r\n").substr(0, 12), "STAT\r\nSYST\r\n");
}

TEST(Missed, TheOldestOfWhatIsRepeatedCounts) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.bypass(Side::client, "NOOP\r\n");
  const auto first = talk.skip(Side::client, "STAT\r\n");
  const auto second = talk.skip(Side::client, "SYST\r\n");
  EXPECT_EQ(repeat(talk, Side::client, second, "SYST\r\n", 3), "");
  EXPECT_EQ(repeat(talk, Side::client, first, "STAT\r\n", 4), "");
  EXPECT_EQ(repeat(talk, Side::client, first, "STAT\r\n", 1).substr(0, 12), "STAT\r\nSYST\r\n");
}

/// Numbers that a stranger has guessed.
TEST(Missed, WhatLiesFarOffIsNotBelieved) {
  Conversation talk(nat::none());
  talk.log_in();
  const auto key = talk.view.key(Side::client);
  alg::PacketId id = 10'000;
  const auto inject = [&](std::int32_t seq, std::int32_t ack) {
    const auto packet = make_segment({key.source, key.destination, talk.next(Side::client) + seq,
                                      talk.next(Side::server) + ack, "", kAck, false});
    talk.gateway.packet(++id, packet, {});
  };
  inject(0, 100'000);
  inject(100'000, 100);
  EXPECT_EQ(talk.edge.missed, Sides());
  inject(0, 100);
  EXPECT_EQ(talk.edge.missed, Sides{Side::server});
}

TEST(Missed, EditsUnderWayAreTakenForAcknowledged) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const auto edited = talk.next(Side::client);
  talk.client(kOffer);
  const auto gap = talk.skip(Side::client, "NOOP\r\n");
  const auto seq = talk.skip(Side::client, "SYST\r\n");
  talk.resend(Side::client, seq, "SYST\r\n");
  repeat(talk, Side::client, seq, "SYST\r\n", 6);
  EXPECT_EQ(talk.edge.missed, Sides{Side::client});
  talk.resend(Side::client, edited, kOffer);
  EXPECT_EQ(talk.received(Side::server).find(kOffer), std::string::npos) << "it does not leave as it came";
  EXPECT_EQ(talk.resend(Side::client, gap, "NOOP\r\n"), "NOOP\r\n") << "it passes unheard";
}

TEST(MissedFiltered, WhatComesLateAfterAllDoesNotPass) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  const auto gap = talk.skip(Side::client, "DELE a\r\n");
  const auto seq = talk.skip(Side::client, "NOOP\r\n");
  talk.resend(Side::client, seq, "NOOP\r\n");
  repeat(talk, Side::client, seq, "NOOP\r\n", 8);
  EXPECT_EQ(talk.edge.missed, Sides{Side::client});
  EXPECT_EQ(talk.resend(Side::client, gap, "DELE a\r\n").find("DELE"), std::string::npos);
}

TEST(MissedFiltered, TheEndOfAVerbIsNone) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  talk.bypass(Side::client, "DE");
  talk.server("500 what\r\n");
  EXPECT_EQ(talk.client("LE a\r\n").find("LE"), std::string::npos);
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
}

TEST(Missed, AFinThatWasSeenIsNoMissedByte) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.say(Side::client, "QUIT\r\n", kFin);
  const auto key = talk.view.key(Side::server);
  const auto packet = make_segment(
      {key.source, key.destination, talk.next(Side::server), talk.next(Side::client), "221 bye\r\n"});
  talk.gateway.packet(10'000, packet, {});
  EXPECT_EQ(talk.edge.missed, Sides());
}

}  // namespace
}  // namespace pinhole::test
