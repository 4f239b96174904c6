// Lines of which the end never comes.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/both_sides.hpp"

namespace pinhole::test {
namespace {

using namespace std::chrono_literals;
using alg::Reason;
using alg::Side;

alg::Policy refusing_unfinished() {
  alg::Policy policy;
  policy.on_unfinished_line = alg::UnfinishedLine::refuse;
  return policy;
}

TEST(Unfinished, ALineIsReleasedWhenItsTimeIsOver) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("POR");
  talk.client("T 192,168,");
  EXPECT_EQ(talk.wait(15s, Side::server), "");
  EXPECT_EQ(talk.wait(1s, Side::server), "PORT 192,168,");
  EXPECT_EQ(talk.last().reason, Reason::unfinished_line);
  EXPECT_EQ(talk.gateway.usage().waiting_packets, 0u);
  // What needs an edit and cannot get one any more is refused.
  EXPECT_EQ(talk.client("1,10,200,10\r\n"), "XXXXXXXXXXX\r\n");
  EXPECT_EQ(talk.negotiation().reason, Reason::line_split);
  EXPECT_EQ(talk.server("500 no\r\n"), "500 no\r\n");
  EXPECT_EQ(talk.client("PORT 192,168,1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
}

TEST(Unfinished, TheTimeRunsFromTheLinesFirstByte) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PO");
  EXPECT_EQ(talk.wait(10s, Side::server), "");
  talk.client("RT");
  EXPECT_EQ(talk.wait(6s, Side::server), "PORT");
}

TEST(Unfinished, ReleasedBytesThatAreLostComeWithTheNextPacket) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PO");
  talk.wait(16s, Side::server);
  talk.client("OR\r\n");
  const auto parsed = net::TcpSegment::parse(talk.last().packet);
  const auto payload = std::get<net::TcpSegment>(parsed).payload();
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "POOR\r\n");
  EXPECT_TRUE(talk.received(Side::server).ends_with("PASS p\r\nPOOR\r\n"));
}

TEST(Unfinished, ByPolicyItIsRefused) {
  Conversation talk(nat::masquerade(), refusing_unfinished());
  talk.log_in();
  talk.client("PORT 203,0,113,7,");
  EXPECT_EQ(talk.wait(16s, Side::server), "XXXXXXXXXXXXXXXXX");
  EXPECT_EQ(talk.client("200,"), "XXXX");
  EXPECT_EQ(talk.client("10\r"), "XXX");
  EXPECT_EQ(talk.client("\nNOOP\r\n"), "\nNOOP\r\n");
  EXPECT_EQ(talk.negotiation().reason, Reason::unfinished_line);
  EXPECT_TRUE(talk.tracker.opened.empty());
}

TEST(Unfinished, ARefusedAnswerReadsAsOneReply) {
  Conversation talk(nat::forward(), refusing_unfinished());
  talk.log_in();
  talk.client("PASV\r\n");
  talk.server("227 Passive (10,0,");
  std::string read = talk.wait(16s, Side::client);
  read += talk.server("0,2,200,10). The rest of it is longer\r\n");
  const std::string reply = "425 Data connection refused by the firewall.";
  EXPECT_EQ(read.substr(0, reply.size()), reply);
  EXPECT_EQ(read.size(), std::string("227 Passive (10,0,0,2,200,10). The rest of it is longer\r\n").size());
  EXPECT_EQ(read.find_first_not_of(' ', reply.size()), read.size() - 2);
}

TEST(Unfinished, AtTheLimit) {
  alg::Limits limits;
  limits.acknowledged_locally = 200;
  for (const bool refuse : {false, true}) {
    Conversation talk(nat::masquerade(), refuse ? refusing_unfinished() : alg::Policy{}, limits);
    talk.log_in();
    std::string sent, read;
    for (int i = 0; i < 30; ++i) {
      sent += "PORT 1,2,3";
      read += talk.client("PORT 1,2,3");
      if (!read.empty() && read.size() == sent.size() && i > 0 && talk.edge.verdicts.contains(talk.last_id()))
        continue;
      EXPECT_TRUE(read.empty());
    }
    EXPECT_EQ(read, refuse ? std::string(sent.size(), 'X') : sent);
  }
}

TEST(Unfinished, AFinReleasesTheLine) {
  Conversation with(nat::masquerade());
  with.log_in();
  EXPECT_EQ(with.client("PORT 1,2"), "");
  EXPECT_EQ(with.say(Side::client, ",3", kFin), "PORT 1,2,3");

  Conversation alone(nat::masquerade(), refusing_unfinished());
  alone.log_in();
  EXPECT_EQ(alone.client("PORT 1,2"), "");
  EXPECT_EQ(alone.say(Side::client, "", kFin), "PORT 1,2");
  const auto parsed = net::TcpSegment::parse(alone.last().packet);
  EXPECT_TRUE(std::get<net::TcpSegment>(parsed).fin());
  EXPECT_EQ(alone.gateway.usage().waiting_packets, 0u);
}

TEST(Unfinished, ALineWithoutAParkedPacketLeavesWithTheNextPacket) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  EXPECT_EQ(talk.client("NOOP\r\nPO"), "NOOP\r\n");
  EXPECT_EQ(talk.wait(16s, Side::server), "");
  EXPECT_EQ(talk.client("O"), "POO");
}

/// Found by the simulator's law that what is acknowledged is kept.
TEST(Unfinished, AShorterRepetitionDoesNotTakeItsPlace) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PASV\r\n");
  talk.server("227 Enterin");
  const auto second = talk.next(Side::server);
  talk.server("g Passive Mod");
  talk.resend(Side::server, second, "g Passive ");
  EXPECT_EQ(talk.last().reason, Reason::acknowledged_locally);
  EXPECT_EQ(talk.wait(std::chrono::seconds(16), Side::client), "227 Entering Passive Mod");
}

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

TEST_P(BothSides, AFinInMidLineBringsWhatWasAcknowledged) {
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

}  // namespace
}  // namespace pinhole::test
