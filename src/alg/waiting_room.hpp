// Packets whose verdict is delayed, of all flows together: copies, since the edge's bytes are gone by then.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "alg/client_counts.hpp"
#include "pinhole/alg/edge.hpp"
#include "pinhole/alg/policy.hpp"

namespace pinhole::alg {

struct WaitingPacket {
  PacketId id = 0;
  net::IpAddress client;  ///< whose session it belongs to
  std::vector<std::uint8_t> bytes;
};

/// Counts what waits, so that it never exceeds its limits: the kernel's queue holds as many packets. One
/// client has no more than a quarter of the room, so that its half lines do not take others' place.
class WaitingRoom {
 public:
  explicit WaitingRoom(const Limits& limits) : limits_(limits) {}

  bool has_room(const net::IpAddress& client, std::size_t bytes) const {
    return packets_ < limits_.waiting_packets && bytes_ + bytes <= limits_.waiting_bytes &&
           clients_.count(client) < std::max<std::size_t>(limits_.waiting_packets / 4, 1);
  }
  WaitingPacket enter(PacketId id, const net::IpAddress& client, std::span<const std::uint8_t> bytes) {
    ++packets_;
    bytes_ += bytes.size();
    clients_.add(client);
    return {id, client, {bytes.begin(), bytes.end()}};
  }
  void leave(const WaitingPacket& packet) {
    clients_.remove(packet.client);
    --packets_;
    bytes_ -= packet.bytes.size();
  }

  std::size_t packets() const { return packets_; }
  std::size_t bytes() const { return bytes_; }

 private:
  const Limits& limits_;
  std::size_t packets_ = 0;
  std::size_t bytes_ = 0;
  ClientCounts clients_;
};

}  // namespace pinhole::alg
