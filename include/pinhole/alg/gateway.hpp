// The walk of a packet: look, place, order, cut, hear, judge, open, render.
//
// A Gateway owns the flows it has seen and nothing else: packets and the time come in, verdicts and notices
// go out to the Edge, and connection tracking is asked and told through the Tracker. It is used by one
// thread; several gateways share nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>

#include "pinhole/alg/edge.hpp"
#include "pinhole/alg/policy.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::alg {

/// Time as the edge gives it: monotonic for the kernel's, the capture's own for a replay.
using Time = std::chrono::nanoseconds;

/// What is remembered now; `Limits` bounds all of it.
struct Usage {
  std::size_t flows = 0;
  std::size_t waiting_packets = 0;   ///< with a delayed verdict
  std::size_t waiting_bytes = 0;     ///< of these
  std::size_t remembered_bytes = 0;  ///< kept to be sent again, and of unfinished lines
};

class Gateway {
 public:
  /// `tracker` and `edge` must outlive the gateway.
  Gateway(Policies policies, Limits limits, Tracker& tracker, Edge& edge);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// One packet of a control connection (IP header first). Its verdict reaches the edge during this call or,
  /// if the packet is held, during a later call of packet(), tick() or the destructor.
  void packet(PacketId id, std::span<const std::uint8_t> bytes, Time now);

  /// Forgets what is too old, and compares what is open with what should be. Call about once a second.
  void tick(Time now);

  Usage usage() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinhole::alg
