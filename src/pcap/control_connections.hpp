// The control connections of a capture, played through a Gateway.
//
// Finds the connection of a captured segment, gives the gateway what the router's queue would give it, and
// sends on what the gateway lets pass. SYNs and empty acknowledgments never reach the gateway: the rules keep
// them in the kernel. A connection whose bytes are not all in the capture is played up to the first missing
// one and from there on only translated.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "pcap/far_side.hpp"
#include "pcap/outlet.hpp"
#include "pcap/replay_tracker.hpp"
#include "pcap/report.hpp"
#include "pinhole/alg/gateway.hpp"

namespace pinhole::pcap {

class ControlConnections final : private alg::Edge {
 public:
  /// All three must outlive this object.
  ControlConnections(alg::Policy policy, alg::Limits limits, ReplayTracker& tracker, Outlet& outlet,
                     Report& report);
  ~ControlConnections() override;

  struct Place {
    std::uint64_t flow;
    alg::Side sender;
  };
  /// The connection of a segment with a control port, which begins one if it can; nullopt for what cannot
  /// be a control connection.
  std::optional<Place> place(const Captured& captured);

  void play(const Captured& captured, const Place& place, alg::Time now);

  /// Gives the gateway the time, and at the end the chance to release what it holds.
  void tick(alg::Time now) { gateway_->tick(now); }
  void finish();

 private:
  /// A packet at the hook whose verdict has not come.
  struct Waiting {
    std::uint64_t flow = 0;
    alg::Side sender = alg::Side::client;
    IpPlace place;
    std::vector<std::uint8_t> link_header;
    std::vector<std::uint8_t> packet;
    std::size_t missing = 0;
    bool held_back = false;
  };
  struct Connection {
    net::Seq initial;  // the client's; meaningful if `opened`
    bool opened = false;
    bool blind = false;
    FarSide far_side;
  };

  Place begin(const Captured& captured, alg::Side sender);
  void send(const Waiting& waiting);  ///< the packet in far_

  void verdict(alg::PacketId id, const alg::Verdict& verdict) override;
  void send_back(alg::PacketId id, std::span<const std::uint8_t> packet) override;
  void flow_began(const alg::NatView& flow) override;
  void negotiated(const alg::NatView& flow, const alg::Negotiation& negotiation) override;
  void pinhole_closed(const alg::NatView& flow, const alg::Pinhole& pinhole, alg::Reason why) override;
  void flow_foreign(const alg::NatView& flow, alg::Reason why) override;
  void flow_ended(const alg::NatView& flow, alg::Reason why) override;

  ReplayTracker& tracker_;
  Outlet& outlet_;
  Report& report_;
  std::unordered_map<net::FlowKey, Place, net::FlowKeyHash> by_captured_key_;
  std::vector<Connection> connections_;  // by id
  alg::PacketId current_id_ = 0;         // 0: it has its verdict
  Waiting current_;
  std::unordered_map<alg::PacketId, Waiting> held_;
  std::vector<std::uint8_t> far_;          // the packet that is being sent on
  std::unique_ptr<alg::Gateway> gateway_;  // last: its destructor calls back
};

}  // namespace pinhole::pcap
