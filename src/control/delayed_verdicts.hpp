// Packets whose verdict waits, of all sessions together: copies, since the edge's bytes are gone by then.
//
// They are counted, so that they never exceed their limits: each has a place in the kernel's queue. One
// client has no more than a quarter of the places, so that its half lines do not take others'. Whoever has a
// DelayedPacket owes it a verdict.
#pragma once

#include <vector>

#include "control/arrival.hpp"
#include "control/client_counts.hpp"
#include "control/fate.hpp"
#include "pinhole/alg/limits.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::control {

struct DelayedPacket {
  alg::PacketId id = 0;
  net::IpAddress client;  ///< whose session it belongs to
  std::vector<std::uint8_t> bytes;
  bool changed = false;  ///< `bytes` are not what the kernel has any more

  /// The view of `bytes`, which were parsed before they were kept.
  net::TcpSegment segment() const { return std::get<net::TcpSegment>(net::TcpSegment::parse(bytes)); }
};

class DelayedVerdicts {
 public:
  /// Both must outlive this.
  DelayedVerdicts(const alg::Limits& limits, alg::Sink& sink) : limits_(limits), sink_(sink) {}

  bool has_room(const net::IpAddress& client, std::size_t bytes) const;
  /// Keeps a copy of the packet; has_room() for it.
  DelayedPacket keep(const Arrival& arrival, const net::IpAddress& client);

  /// It waits no longer: judge it, and give its verdict or fail() it.
  void leave(const DelayedPacket& packet);
  void give(const DelayedPacket& packet, const Fate& fate);
  /// It could not be judged. True if it goes on unread.
  bool fail(const DelayedPacket& packet);

  /// It waits no longer, and is not judged.
  void drop(const DelayedPacket& packet, alg::Reason why);

  std::size_t packets() const { return packets_; }
  std::size_t bytes() const { return bytes_; }

 private:
  const alg::Limits& limits_;
  alg::Sink& sink_;
  std::size_t packets_ = 0;
  std::size_t bytes_ = 0;
  ClientCounts clients_;
};

}  // namespace pinhole::control
