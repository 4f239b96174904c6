// Pinholes that no session should have are found and closed.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using alg::Side;
using std::chrono::seconds;

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

/// It was closed, or used, while the list was on its way.
TEST(Audit, SaysNothingOfWhatIsGoneByThen) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.client("PORT 192,168,1,10,40,0\r\n");
  const auto pinhole = talk.tracker.open_now.begin()->second;
  const std::vector<alg::Listed> listed{{talk.view.key(Side::client), pinhole.from, pinhole.to}};
  talk.client("PORT 192,168,1,10,40,1\r\n");
  talk.edge.closed.clear();
  talk.gateway.answer(listed);
  EXPECT_TRUE(talk.edge.closed.empty());
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
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
