// Conntrack as a replay plays it: who is known, which pinholes clash, when they close.

#include "pcap/replay_tracker.hpp"

#include <gtest/gtest.h>

#include "played.hpp"

namespace pinhole::test {
namespace {

using alg::Applied;
using alg::Pinhole;
using alg::Reason;
using alg::Side;

class ReplayTrackerTest : public testing::Test {
 protected:
  const net::Endpoint client = endpoint("192.168.1.10", 4000);
  const net::Endpoint neighbour = endpoint("192.168.1.11", 4000);
  const net::Endpoint server = endpoint("198.51.100.2", 21);
  pcap::ReplayTracker tracker{with_nat({"192.168.0.0/16=203.0.113.7"}).nat, {21, 2121}};

  /// The server may connect to `port` of `client`, announced to it as `public_port`.
  static Pinhole active(const alg::NatView& flow, net::Port port, net::Port public_port) {
    return {Side::server, flow.server.address, {flow.seen.address, public_port}, {flow.client.address, port}};
  }
  Reason admit(const net::Endpoint& to) { return tracker.admit(endpoint("198.51.100.2", 20), to).reason; }
};

TEST_F(ReplayTrackerTest, KnowsBothFormsOfAPacketAtTheHook) {
  const auto flow = tracker.begin(client, server);
  EXPECT_EQ(flow.id, 0u);
  EXPECT_EQ(flow.seen, endpoint("203.0.113.7", 4000));
  EXPECT_EQ(tracker.lookup({client, server})->nat.id, 0u);
  EXPECT_EQ(tracker.lookup({server, flow.seen})->nat.id, 0u);
  EXPECT_FALSE(tracker.lookup({server, client}));
  EXPECT_FALSE(tracker.lookup({neighbour, server}));
}

TEST_F(ReplayTrackerTest, TwoClientsWithOnePortAreSeenAtTwo) {
  tracker.begin(client, server);
  const auto other = tracker.begin(neighbour, server);
  EXPECT_EQ(other.seen, endpoint("203.0.113.7", 4001));
  EXPECT_EQ(tracker.lookup({server, other.seen})->nat.id, 1u);
}

TEST_F(ReplayTrackerTest, AConnectionBegunAgainTakesTheOldOnesPlace) {
  tracker.begin(client, server);
  const auto again = tracker.begin(client, server);
  EXPECT_EQ(again.seen, endpoint("203.0.113.7", 4000));
  EXPECT_EQ(tracker.lookup({client, server})->nat.id, 1u);
}

TEST_F(ReplayTrackerTest, APinholeIsGoodForOneConnection) {
  const auto flow = tracker.begin(client, server);
  EXPECT_EQ(tracker.apply(flow, {active(flow, 5000, 5000), {}}), Applied::all);
  EXPECT_EQ(admit(endpoint("192.168.1.10", 5001)), Reason::not_negotiated);
  EXPECT_EQ(admit(endpoint("192.168.1.10", 5000)), Reason::negotiated);
  EXPECT_EQ(admit(endpoint("192.168.1.10", 5000)), Reason::pinhole_used);
}

TEST_F(ReplayTrackerTest, OnlyTheAnnouncedHostMayUseIt) {
  const auto flow = tracker.begin(client, server);
  tracker.apply(flow, {active(flow, 5000, 5000), {}});
  EXPECT_EQ(tracker.admit(endpoint("198.51.100.3", 20), endpoint("192.168.1.10", 5000)).reason,
            Reason::not_negotiated);
}

TEST_F(ReplayTrackerTest, APinholeClosesByItsTimeout) {
  const auto flow = tracker.begin(client, server);
  tracker.advance(std::chrono::seconds(100));
  tracker.apply(flow, {active(flow, 5000, 5000), {}});
  tracker.advance(std::chrono::seconds(401));
  EXPECT_EQ(admit(endpoint("192.168.1.10", 5000)), Reason::pinhole_expired);
}

TEST_F(ReplayTrackerTest, AConnectionHasOnePinholeAtATime) {
  const auto flow = tracker.begin(client, server);
  tracker.apply(flow, {active(flow, 5000, 5000), {}});
  tracker.apply(flow, {active(flow, 5002, 5002), {}});
  EXPECT_EQ(admit(endpoint("192.168.1.10", 5000)), Reason::pinhole_withdrawn);
  EXPECT_EQ(admit(endpoint("192.168.1.10", 5002)), Reason::negotiated);
}

TEST_F(ReplayTrackerTest, AClosedPinholeIsWithdrawn) {
  const auto flow = tracker.begin(client, server);
  const auto pinhole = active(flow, 5000, 5000);
  tracker.apply(flow, {pinhole, {}});
  tracker.close(flow, active(flow, 5002, 5002));  // another one
  tracker.close(flow, pinhole);
  tracker.close(flow, pinhole);  // no error
  EXPECT_EQ(admit(endpoint("192.168.1.10", 5000)), Reason::pinhole_withdrawn);
}

TEST_F(ReplayTrackerTest, TwoConnectionsCannotHaveOneTuple) {
  const auto flow = tracker.begin(client, server);
  const auto other = tracker.begin(neighbour, server);
  EXPECT_EQ(tracker.apply(flow, {active(flow, 5000, 5000), {}}), Applied::all);
  EXPECT_EQ(tracker.apply(flow, {active(flow, 5000, 5000), {}}), Applied::all);  // the same again is its own
  EXPECT_EQ(tracker.apply(other, {active(other, 5000, 5000), {}}), Applied::taken);
  EXPECT_EQ(tracker.apply(other, {active(other, 5000, 50'000), {}}), Applied::all);
  EXPECT_EQ(admit(endpoint("192.168.1.11", 5000)), Reason::negotiated);  // where 50000 leads
  EXPECT_EQ(admit(endpoint("192.168.1.10", 5000)), Reason::negotiated);
  EXPECT_EQ(tracker.apply(other, {active(other, 5000, 5000), {}}), Applied::all);  // used: free again
}

TEST_F(ReplayTrackerTest, OnlyNatedConnectionsCanBeShifted) {
  const stream::SeqShift shift{net::Seq(7), 0, 3};
  const auto nated = tracker.begin(client, server);
  EXPECT_EQ(tracker.apply(nated, {{}, alg::Change::Shift{Side::client, shift}}), Applied::all);
  EXPECT_EQ(tracker.lookup({client, server})->shift.client, shift);
  EXPECT_EQ(tracker.lookup({client, server})->shift.server, stream::SeqShift{});

  const auto routed = tracker.begin(endpoint("10.0.0.1", 4000), server);
  EXPECT_EQ(tracker.apply(routed, {{}, alg::Change::Shift{Side::client, shift}}), Applied::cannot_shift);
  EXPECT_EQ(tracker.connection(routed.id).shift.client, stream::SeqShift{});
}

TEST_F(ReplayTrackerTest, WhatItDoesNotKnowItRefuses) {
  alg::NatView stranger;
  stranger.id = 7;
  EXPECT_EQ(tracker.apply(stranger, {alg::Pinhole{}, {}}), Applied::refused);
  EXPECT_EQ(tracker.apply(stranger, {{}, alg::Change::Shift{}}), Applied::refused);
  tracker.close(stranger, {});
}

}  // namespace
}  // namespace pinhole::test
