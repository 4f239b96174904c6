// One NFLOG group: copies of packets come out of it, in the order in which the packets passed the rule.
//
// A copy is in the socket before its packet goes on. Used by one thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "netfilter/mnl_socket.hpp"

namespace pinhole::netfilter {

/// The group to which the rules log what concerns the gateway of a queue. Not the queue's own number: low
/// ones are common choices for logs, and the kernel itself logs to group 0.
constexpr std::uint16_t copies_of_queue(std::uint16_t queue) {
  return static_cast<std::uint16_t>(queue + 2100);
}

class PacketCopies {
 public:
  /// Binds the group. Throws std::system_error: EBUSY if another program has it.
  explicit PacketCopies(std::uint16_t group);

  /// Packets that have been copied, IP header first, without waiting; valid until the next call. More may be
  /// there unless none comes. What the kernel could not deliver (ENOBUFS) is no matter. Throws
  /// std::system_error if the socket is broken.
  std::span<const std::span<const std::uint8_t>> receive();

  int descriptor() const { return socket_.descriptor(); }

 private:
  void take(std::span<const std::uint8_t> datagram);

  MnlSocket socket_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::span<const std::uint8_t>> packets_;
};

}  // namespace pinhole::netfilter
