// Lines of which the end never comes.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using namespace std::chrono_literals;
using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

alg::Policy refusing() {
  alg::Policy policy;
  policy.on_unfinished_line = alg::UnfinishedLine::refuse;
  return policy;
}

TEST(GatewayUnfinished, ALineIsReleasedWhenItsTimeIsOver) {
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

TEST(GatewayUnfinished, TheTimeRunsFromTheLinesFirstByte) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PO");
  EXPECT_EQ(talk.wait(10s, Side::server), "");
  talk.client("RT");
  EXPECT_EQ(talk.wait(6s, Side::server), "PORT");
}

TEST(GatewayUnfinished, ReleasedBytesThatAreLostComeWithTheNextPacket) {
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

TEST(GatewayUnfinished, ByPolicyItIsRefused) {
  Conversation talk(nat::masquerade(), refusing());
  talk.log_in();
  talk.client("PORT 203,0,113,7,");
  EXPECT_EQ(talk.wait(16s, Side::server), "XXXXXXXXXXXXXXXXX");
  EXPECT_EQ(talk.client("200,"), "XXXX");
  EXPECT_EQ(talk.client("10\r"), "XXX");
  EXPECT_EQ(talk.client("\nNOOP\r\n"), "\nNOOP\r\n");
  EXPECT_EQ(talk.negotiation().reason, Reason::unfinished_line);
  EXPECT_TRUE(talk.tracker.opened.empty());
}

TEST(GatewayUnfinished, ARefusedAnswerReadsAsOneReply) {
  Conversation talk(nat::forward(), refusing());
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

TEST(GatewayUnfinished, AtTheLimit) {
  alg::Limits limits;
  limits.absorbed = 200;
  for (const bool refuse : {false, true}) {
    Conversation talk(nat::masquerade(), refuse ? refusing() : alg::Policy{}, limits);
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

TEST(GatewayUnfinished, AFinReleasesTheLine) {
  Conversation with(nat::masquerade());
  with.log_in();
  EXPECT_EQ(with.client("PORT 1,2"), "");
  EXPECT_EQ(with.say(Side::client, ",3", kFin), "PORT 1,2,3");

  Conversation alone(nat::masquerade(), refusing());
  alone.log_in();
  EXPECT_EQ(alone.client("PORT 1,2"), "");
  EXPECT_EQ(alone.say(Side::client, "", kFin), "PORT 1,2");
  const auto parsed = net::TcpSegment::parse(alone.last().packet);
  EXPECT_TRUE(std::get<net::TcpSegment>(parsed).fin());
  EXPECT_EQ(alone.gateway.usage().waiting_packets, 0u);
}

TEST(GatewayUnfinished, AResetBearsTheNumberThatTheReceiverWaitsFor) {
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

TEST(GatewayUnfinished, UrgentBytesAreNeverAbsorbed) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  EXPECT_EQ(talk.client("P"), "");
  EXPECT_EQ(talk.say(Side::client, "\xff\xf4\xff\xf2", kUrg), "P\xff\xf4\xff\xf2");
  EXPECT_EQ(talk.client("ABOR\r\n"), "ABOR\r\n");
}

TEST(GatewayUnfinished, ALineWithoutACarrierLeavesWithTheNextPacket) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  EXPECT_EQ(talk.client("NOOP\r\nPO"), "NOOP\r\n");
  EXPECT_EQ(talk.wait(16s, Side::server), "");
  EXPECT_EQ(talk.client("O"), "POO");
}

TEST(GatewayUnfinished, NothingIsAbsorbedWhereNothingMoreMayWait) {
  alg::Limits limits;
  limits.waiting_packets = 0;
  Conversation talk(nat::masquerade(), {}, limits);
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 192,"), "PORT 192,");
  EXPECT_EQ(talk.client("168,1,10,200,10\r\n"), "XXXXXXXXXXXXXXX\r\n");
}

TEST(GatewayUnfinished, TheGatewaysEndReleasesIt) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PORT 1");
  {
    RouterModel ending({}, {}, {talk.tracker, talk.tracker, talk.edge, talk.edge});
    const auto from = [&](Side side, net::Seq seq, net::Seq ack, std::string_view text) {
      const auto key = talk.view.key(side);
      return make_segment({key.source, key.destination, seq, ack, text});
    };
    ending.packet(1002, from(Side::client, net::Seq(1), net::Seq(8), "PO"), {});
    EXPECT_FALSE(talk.edge.verdicts.contains(1002));
  }
  EXPECT_EQ(talk.edge.verdicts.at(1002).action, Action::accept);
}

/// Found by the simulator's law that what is acknowledged is kept.
TEST(GatewayUnfinished, AShorterRepetitionDoesNotTakeItsPlace) {
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

}  // namespace
}  // namespace pinhole::test
