// What happens between packets: long transfers keep their control connection, strays are found.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using alg::Side;
using std::chrono::seconds;

class Transfer : public testing::Test {
 protected:
  Transfer() : talk(nat::masquerade(), policy()) {
    talk.log_in();
    talk.client("PASV\r\n");
    talk.server("227 (198,51,100,20,40,0)\r\n");
    talk.client("RETR large\r\n");
    talk.server("150 opening\r\n");
  }
  static alg::Policy policy() {
    alg::Policy policy;
    policy.control_idle = seconds(60);
    return policy;
  }
  void wait(int ticks) {
    for (int i = 0; i < ticks; ++i) talk.wait(seconds(5), Side::client);
  }

  Conversation talk;
};

TEST_F(Transfer, KeepsItsControlConnection) {
  talk.tracker.transferring = true;
  wait(100);
  EXPECT_EQ(talk.gateway.usage().flows, 1u);
  EXPECT_GE(talk.tracker.kept_alive.size(), 25u);
  EXPECT_LE(talk.tracker.kept_alive.size(), 50u) << "every ten seconds at most";
  talk.server("226 done\r\n");
  const auto asked = talk.tracker.kept_alive.size();
  wait(8);
  EXPECT_EQ(talk.tracker.kept_alive.size(), asked) << "the transfer has ended";
}

TEST_F(Transfer, ThatIsGoneKeepsNothing) {
  wait(14);
  EXPECT_EQ(talk.tracker.kept_alive.size(), 1u) << "asked for once";
  EXPECT_EQ(talk.gateway.usage().flows, 0u);
}

TEST(Audit, RemovesWhatASessionHasNot) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PORT 192,168,1,10,40,0\r\n");
  const auto pinhole = talk.tracker.open_now.begin()->second;
  talk.wait(seconds(1), Side::client);
  EXPECT_TRUE(talk.edge.closed.empty()) << "its own";
  const net::Endpoint elsewhere{pinhole.to.address, 50'000};
  talk.tracker.strays = {{talk.view.key(Side::client), pinhole.from, elsewhere}};
  talk.wait(seconds(30), Side::client);
  EXPECT_TRUE(talk.edge.closed.empty()) << "not yet";
  talk.wait(seconds(31), Side::client);
  EXPECT_EQ(talk.edge.closed, std::vector{Reason::stray});
  ASSERT_EQ(talk.tracker.withdrawn.size(), 1u);
  EXPECT_EQ(talk.tracker.withdrawn[0].to, elsewhere);
  EXPECT_EQ(talk.tracker.withdrawn[0].from, pinhole.from);
}

TEST(Audit, LeavesOtherGatewaysAlone) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  auto other = talk.view.key(Side::client);
  ++other.source.port;
  talk.tracker.strays = {{other, talk.view.server.address, talk.view.seen}};
  talk.wait(seconds(61), Side::client);
  EXPECT_TRUE(talk.edge.closed.empty());
}

}  // namespace
}  // namespace pinhole::test
