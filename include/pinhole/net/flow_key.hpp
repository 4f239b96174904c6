// The two endpoints that a packet bears, in the packet's own direction: what flows are found by.
#pragma once

#include <cstddef>

#include "pinhole/net/address.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::net {

struct FlowKey {
  Endpoint source;
  Endpoint destination;

  static FlowKey of(const TcpSegment& segment) { return {segment.source(), segment.destination()}; }

  bool operator==(const FlowKey&) const = default;
};

struct FlowKeyHash {
  std::size_t operator()(const FlowKey& key) const {
    return hash_value(key.source) * 31 + hash_value(key.destination);
  }
};

}  // namespace pinhole::net
