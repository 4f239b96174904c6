// The translations a replay imagines: what --snat and --dnat say.
//
// A capture shows the hosts behind the router by their own addresses; these rules say how they look from
// beyond it. They apply to control connections, by the connection's client and server; data connections
// follow their pinholes.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "pinhole/net/address.hpp"

namespace pinhole::pcap {

/// Clients in `inside` are seen as `outside`, with the port they have.
struct SourceNat {
  net::Network inside;
  net::IpAddress outside;

  /// "192.168.0.0/16=203.0.113.7": one family on both sides of the sign.
  static std::optional<SourceNat> parse(std::string_view text);
};

/// The server `inside` is dialed at `outside`, at the port it has.
struct DestinationNat {
  net::IpAddress outside;
  net::IpAddress inside;

  /// "203.0.113.7=10.0.0.2": public address first, as in a router's rule.
  static std::optional<DestinationNat> parse(std::string_view text);
};

struct NatRules {
  std::vector<SourceNat> source;
  std::vector<DestinationNat> destination;

  /// The first rule that fits holds; no rule, no translation.
  net::Endpoint seen(const net::Endpoint& client) const;
  net::Endpoint dialed(const net::Endpoint& server) const;
};

}  // namespace pinhole::pcap
