// Pinholes wait long for their data connections, but one client does not get the kernel's expectations all.

#include <gtest/gtest.h>

#include <array>

#include "support/fake_edge.hpp"
#include "support/nat_views.hpp"
#include "support/router_model.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using alg::Side;
using std::chrono::seconds;

/// Clients with a pinhole each, which may share an address.
class UnusedPinholes : public testing::Test {
 protected:
  static alg::Limits limits() {
    alg::Limits limits;
    limits.unused_pinholes_per_client = 2;
    return limits;
  }
  alg::NatView begin(std::uint64_t id, const char* client = "192.168.1.10") {
    alg::NatView view = nat::none();
    view.id = id;
    view.client = view.seen = endpoint(client, static_cast<net::Port>(40'000 + id));
    tracker.connections.push_back(view);
    std::array next{net::Seq(1000), net::Seq(5000)};
    const auto say = [&](Side side, std::string_view text, std::uint8_t flags = kAck) {
      const auto key = view.key(side);
      auto& seq = next[alg::index(side)];
      gateway.packet(++packets_,
                     make_segment({.from = key.source,
                                   .to = key.destination,
                                   .seq = seq,
                                   .ack = next[alg::index(other(side))],
                                   .payload = text,
                                   .flags = flags}),
                     now);
      seq = seq + static_cast<std::int64_t>(text.size()) + (flags == kAck ? 0 : 1);
    };
    say(Side::server, "", kSyn | kAck);
    say(Side::server, "220 ready\r\n");
    say(Side::client, "USER u\r\n");
    say(Side::server, "230 welcome\r\n");
    say(Side::client, "EPSV\r\n");
    say(Side::server, "229 (|||" + std::to_string(10'000 + id) + "|)\r\n");
    return view;
  }
  void wait(seconds time) { gateway.tick(now += time); }

  FakeTracker tracker;
  FakeEdge edge;
  RouterModel gateway{{}, limits(), {tracker, tracker, edge, edge}};
  alg::Time now{};

 private:
  alg::PacketId packets_ = 0;
};

TEST_F(UnusedPinholes, LastAsLongAsTheKernelsHelperWaits) {
  begin(1);
  begin(2);
  EXPECT_EQ(tracker.opened.at(0).timeout, seconds(300));
  wait(seconds(250));
  EXPECT_EQ(tracker.open_now.size(), 2u);
}

TEST_F(UnusedPinholes, TheOldestOfAClientThatHasManyEnds) {
  begin(1);
  wait(seconds(10));
  begin(2);
  begin(3);
  wait(seconds(19));
  EXPECT_EQ(tracker.open_now.size(), 3u) << "anybody may wait so long";
  wait(seconds(2));
  EXPECT_FALSE(tracker.open_now.contains(1));
  EXPECT_EQ(tracker.open_now.size(), 2u);
  EXPECT_EQ(edge.closed, std::vector{Reason::unused});
  wait(seconds(100));
  EXPECT_EQ(tracker.open_now.size(), 2u) << "so many it may have";
}

TEST_F(UnusedPinholes, OfOthersAreLeftAlone) {
  begin(1, "192.168.1.11");
  for (std::uint64_t id = 2; id <= 5; ++id) begin(id);
  wait(seconds(31));
  EXPECT_TRUE(tracker.open_now.contains(1));
  EXPECT_EQ(tracker.open_now.size(), 3u);
}

TEST_F(UnusedPinholes, UsedOnesDoNotCount) {
  const auto view = begin(1);
  begin(2);
  begin(3);
  tracker.masters[41'000] = view.key(Side::client);
  gateway.data_connection(make_segment({.from = {view.client.address, 41'000},
                                        .to = {view.dialed.address, 10'001},
                                        .seq = net::Seq(1),
                                        .ack = net::Seq(1),
                                        .payload = {},
                                        .flags = kAck}));
  wait(seconds(31));
  EXPECT_EQ(tracker.open_now.size(), 2u);
  EXPECT_TRUE(edge.closed.empty());
}

}  // namespace
}  // namespace pinhole::test
