// Flows that are first seen in their middle.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using alg::Decision;
using alg::Reason;
using alg::Side;

alg::Policy picking_up() {
  alg::Policy policy;
  policy.mid_stream = alg::MidStream::pick_up;
  return policy;
}

TEST(GatewayPickUp, IsNotDoneUnlessAllowed) {
  Conversation talk(nat::masquerade());
  EXPECT_EQ(talk.client("PORT 192,168,1,10,200,10\r\n"), "PORT 192,168,1,10,200,10\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::ignore);
  EXPECT_EQ(talk.negotiation().reason, Reason::seen_from_middle);
}

TEST(GatewayPickUp, ASessionGoesOnWhereItIsFirstSeen) {
  Conversation talk(nat::both(), picking_up());
  EXPECT_EQ(talk.client("PORT 192,168,1,10,200,10\r\n"), "PORT 203,0,113,99,200,10\r\n");
  EXPECT_EQ(talk.server("200 ok\r\n"), "200 ok\r\n");
  EXPECT_EQ(talk.client("PASV\r\n"), "PASV\r\n");
  EXPECT_EQ(talk.server("227 (10,0,0,2,200,10)\r\n"), "227 (203,0,113,7,200,10)\r\n");
}

TEST(GatewayPickUp, AHandshakeThatIsSeenIsABeginning) {
  Conversation talk(nat::masquerade(), picking_up(), {}, net::Seq(1000), net::Seq(5000));
  talk.resend(Side::server, net::Seq(4999), "", kSyn);
  EXPECT_EQ(talk.client("PORT 192,168,1,10,200,10\r\n"), "PORT 192,168,1,10,200,10\r\n");
  EXPECT_EQ(talk.negotiation().decision, Decision::ignore);
}

TEST(GatewayPickUp, ALineThatAFormerGatewayEditedIsEditedAlike) {
  // The former one moved the numbers behind the line by one and was killed before the acknowledgment.
  auto view = nat::masquerade();
  view.client_shift = {net::Seq(1000), 0, -1};
  Conversation talk(view, picking_up());
  talk.tracker.shifts[{view.id, Side::client}] = view.client_shift;
  EXPECT_EQ(talk.client("PORT 192,168,1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
  EXPECT_EQ((talk.tracker.shifts[{view.id, Side::client}]), view.client_shift);
  EXPECT_EQ(talk.client("LIST\r\n"), "LIST\r\n");
}

/// After a restart: what is behind TLS is not taken for lines, although a filter of commands is set.
class TlsFromTheMiddle : public testing::TestWithParam<alg::MidStream> {
 protected:
  static alg::Policy filtering() {
    alg::Policy policy;
    policy.mid_stream = GetParam();
    policy.allow_commands = {"NOOP", "PORT"};
    return policy;
  }
  static std::string record(std::string_view body) {
    std::string bytes{0x17, 0x03, 0x03, 0x00, static_cast<char>(body.size())};
    return bytes.append(body);
  }
};

TEST_P(TlsFromTheMiddle, PassesAsItIs) {
  for (const Side first : {Side::client, Side::server}) {
    Conversation talk(nat::masquerade(), filtering());
    for (const Side side : {first, other(first), first, Side::client, Side::client}) {
      const auto said = record("\r\nDELE a\r\n") + record("PORT 192,168,1,10,200,10\r\n");
      EXPECT_EQ(talk.say(side, said), said);
    }
    EXPECT_TRUE(talk.edge.negotiations.empty());
  }
}

TEST_P(TlsFromTheMiddle, AServerInClearTextBringsTheFilterBack) {
  Conversation talk(nat::masquerade(), filtering());
  talk.client(record("\r\nNOOP\r\n"));
  talk.server("500 what\r\n200 ok\r\n");
  const auto said = record("\r\nDELE a\r\n");
  EXPECT_NE(talk.client(said), said);
}

TEST_P(TlsFromTheMiddle, IsTextWhereThePolicyWantsNoTls) {
  auto policy = filtering();
  policy.tls = alg::Tls::deny;
  Conversation talk(nat::masquerade(), policy);
  const auto said = record("\r\nDELE a\r\n");
  EXPECT_NE(talk.client(said), said);
}

TEST_P(TlsFromTheMiddle, NotOfASessionWhoseBeginningWasSeen) {
  Conversation talk(nat::masquerade(), filtering());
  talk.resend(Side::server, net::Seq(4999), "", kSyn);
  const auto said = record("\r\nDELE a\r\n");
  EXPECT_NE(talk.client(said), said);
}

TEST_P(TlsFromTheMiddle, ClearTextAgainNegotiatesIfItWasPickedUp) {
  Conversation talk(nat::masquerade(), filtering());
  talk.client(record("CCC"));
  talk.server(record("200 clear"));
  talk.client("NOOP\r\n");
  talk.server("200 ok\r\n");
  const bool picked_up = GetParam() == alg::MidStream::pick_up;
  talk.client("NOOP\r\nPORT 192,168,1,10,200,10\r\n");
  EXPECT_EQ(talk.tracker.opened.empty(), !picked_up);
}

INSTANTIATE_TEST_SUITE_P(Policies, TlsFromTheMiddle,
                         testing::Values(alg::MidStream::pick_up, alg::MidStream::foreign),
                         [](const auto& param) {
                           return param.param == alg::MidStream::pick_up ? "PickedUp" : "Foreign";
                         });

}  // namespace
}  // namespace pinhole::test
