// Packets whose verdict is delayed, of all flows together: copies, since the edge's bytes are gone by then.
#pragma once

#include <span>
#include <vector>

#include "pinhole/alg/edge.hpp"
#include "pinhole/alg/policy.hpp"

namespace pinhole::alg {

struct WaitingPacket {
  PacketId id = 0;
  std::vector<std::uint8_t> bytes;
};

/// Counts what waits, so that it never exceeds its limits: the kernel's queue holds as many packets.
class WaitingRoom {
 public:
  explicit WaitingRoom(const Limits& limits) : limits_(limits) {}

  bool has_room(std::size_t bytes) const {
    return packets_ < limits_.waiting_packets && bytes_ + bytes <= limits_.waiting_bytes;
  }
  WaitingPacket enter(PacketId id, std::span<const std::uint8_t> bytes) {
    ++packets_;
    bytes_ += bytes.size();
    return {id, {bytes.begin(), bytes.end()}};
  }
  void leave(const WaitingPacket& packet) {
    --packets_;
    bytes_ -= packet.bytes.size();
  }

  std::size_t packets() const { return packets_; }
  std::size_t bytes() const { return bytes_; }

 private:
  const Limits& limits_;
  std::size_t packets_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace pinhole::alg
