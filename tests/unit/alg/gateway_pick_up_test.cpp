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
  EXPECT_EQ(talk.negotiation().reason, Reason::mid_stream);
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
  const stream::SeqShift in_force{net::Seq(1000), 0, -1};
  Conversation talk(view, picking_up());
  talk.tracker.shifts[{view.id, Side::client}] = in_force;
  EXPECT_EQ(talk.client("PORT 192,168,1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n");
  EXPECT_EQ((talk.tracker.shifts[{view.id, Side::client}]), in_force);
  EXPECT_EQ(talk.client("LIST\r\n"), "LIST\r\n");
}

}  // namespace
}  // namespace pinhole::test
