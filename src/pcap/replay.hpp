// A capture played through the gateway, frame by frame.
//
// The capture was taken on the NATed hosts' side of the router; the frames are what a router with the given
// NAT rules would have met. What it judges is written down in a Report, what it lets pass goes to a Writer.
// It needs no privilege and no kernel support. A frame that is no FTP costs no allocation.
#pragma once

#include <vector>

#include "pcap/control_connections.hpp"
#include "pcap/data_connections.hpp"
#include "pcap/reader.hpp"

namespace pinhole::pcap {

struct ReplayOptions {
  NatRules nat;
  std::vector<net::Port> control_ports{21};
  alg::Policies policies;
  alg::Limits limits;
};

class Replay {
 public:
  /// `writer` may be null; it must outlive the replay.
  Replay(ReplayOptions options, LinkType link, Writer* writer);

  void play(const Frame& frame);

  /// Behind the last frame: what the gateway still holds is released. The reference lives as long as the
  /// replay.
  const Report& finish();

 private:
  void play_truncated(const Frame& frame, const IpPlace& place);
  void play_segment(const Captured& captured);

  LinkType link_;
  Report report_;
  Outlet outlet_;
  ReplayTracker tracker_;
  ControlConnections control_;
  DataConnections data_;
  alg::Time now_{};
  alg::Time last_tick_{};
  std::vector<std::uint8_t> shortened_;  // a packet truncated by the snap length
};

}  // namespace pinhole::pcap
