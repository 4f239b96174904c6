// Many connections through one gateway.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {

class Crowd : public testing::Test {
 protected:
  static constexpr std::uint8_t kSynAck = 0x12;

  void open(alg::Policies policies, alg::Limits limits = {}) {
    gateway_.emplace(std::move(policies), limits, gateway::Surroundings{tracker, tracker, edge, edge});
  }
  alg::NatView connection(const char* client, net::Port port) {
    alg::NatView view = nat::masquerade();
    view.id = ++ids_;
    view.client = {net::IpAddress::parse(client).value(), port};
    view.seen.port = port;
    tracker.connections.push_back(view);
    return view;
  }
  /// The server's SYN-ACK; true if it passes.
  bool begin(const alg::NatView& view) { return say(view, alg::Side::server, kSynAck, {}); }
  bool begin(const char* client, net::Port port) { return begin(connection(client, port)); }
  bool say(const alg::NatView& view, alg::Side side, std::uint8_t flags, std::string_view text) {
    const auto key = view.key(side);
    SegmentSpec spec{key.source, key.destination, net::Seq(1000), net::Seq(2001), text};
    spec.flags = flags;
    gateway_->packet(++packets_, make_segment(spec), now);
    return edge.verdicts.at(packets_).action == alg::Verdict::Action::accept;
  }
  void tick(std::chrono::seconds time) { gateway_->tick(now += time); }

  FakeTracker tracker;
  FakeEdge edge;
  alg::Time now{};
  alg::PacketId packets_ = 0;
  std::uint64_t ids_ = 0;
  std::optional<RouterModel> gateway_;
};

}  // namespace pinhole::test
