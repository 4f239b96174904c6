// Captures that show both sides of NAT, as "tcpdump -i any" takes them on the router: every packet comes
// twice, as it arrives and as it leaves.
//
// Conntrack leaves a connection's numbers alone until something is edited, so two connections that begin with
// the same segment between endpoints of which one or both differ are one. What arrives of the client is
// client -> dialed and leaves as seen -> server; what arrives of the server is server -> seen and leaves as
// dialed -> client.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "pcap/captured.hpp"
#include "pinhole/alg/nat_view.hpp"
#include "pinhole/alg/time.hpp"

namespace pinhole::pcap {

class BothSides {
 public:
  /// `captured` is the first packet of what looks like a new connection, sent by `sender`.
  struct Pair {
    std::uint64_t flow = 0;  ///< that began with the same segment a moment ago
    alg::NatView nat;        ///< as the two show it; without an id
  };
  std::optional<Pair> find(const Captured& captured, alg::Side sender, alg::Time now) const;

  /// It is the first of its connection.
  void add(std::uint64_t flow, const Captured& captured, alg::Side sender, alg::Time now);

 private:
  struct Beginning {
    std::uint64_t flow;
    alg::Time time;
    alg::Side sender;
    net::FlowKey key;
    net::Seq seq;
    bool syn;
    std::optional<net::TcpTimestamps> clock;
    std::vector<std::uint8_t> payload;
  };
  std::deque<Beginning> beginnings_;  // the last ones
};

}  // namespace pinhole::pcap
