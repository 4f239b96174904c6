// Which pinholes a gateway removes when it begins: those of control connections to its ports, and no others.

#include "netfilter/leftovers.hpp"

#include <gtest/gtest.h>

#include "support/fake_edge.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

/// Lists what the tracker has.
struct ListingLookout final : netfilter::Lookout {
  explicit ListingLookout(const FakeTracker& from) : tracker(from) {}
  std::optional<bool> recall(const alg::TransferQuestion&) override { return false; }
  bool search(const alg::TransferQuestion&) override { return false; }
  std::vector<alg::Listed> list() override { return tracker.list(); }
  const FakeTracker& tracker;
};

class Leftovers : public testing::Test {
 protected:
  /// A pinhole of a session to this control port.
  void left_behind(net::Port control_port) {
    const auto client = endpoint("192.0.2.1", 40000);
    const auto server = endpoint("198.51.100.2", control_port);
    tracker.strays.push_back({{client, server}, server.address, endpoint("203.0.113.7", 5000)});
  }
  std::size_t close(std::vector<net::Port> ports) {
    ListingLookout lookout(tracker);
    return netfilter::close_leftovers(lookout, tracker, ports);
  }
  FakeTracker tracker;
};

TEST_F(Leftovers, OfEveryControlPortAreClosed) {
  left_behind(21);
  left_behind(2121);
  EXPECT_EQ(close({21, 2121}), 2u);
  ASSERT_EQ(tracker.withdrawn.size(), 2u);
  EXPECT_EQ(tracker.withdrawn[0].from, endpoint("198.51.100.2", 21).address);
  EXPECT_EQ(tracker.withdrawn[0].to, endpoint("203.0.113.7", 5000));
  EXPECT_EQ(tracker.withdrawn[0].forward_to, tracker.withdrawn[0].to);
}

TEST_F(Leftovers, OfOtherPortsAreAnothers) {
  left_behind(2121);
  left_behind(21);
  left_behind(40000);
  EXPECT_EQ(close({21}), 1u);
  EXPECT_EQ(tracker.withdrawn.size(), 1u);
  EXPECT_EQ(close({}), 0u);
  EXPECT_EQ(tracker.withdrawn.size(), 1u);
}

TEST_F(Leftovers, ThatHaveGoneMeanwhileAreNotCounted) {
  left_behind(21);
  left_behind(21);  // the same, which is closed with the first
  EXPECT_EQ(close({21}), 1u);
}

}  // namespace
}  // namespace pinhole::test
