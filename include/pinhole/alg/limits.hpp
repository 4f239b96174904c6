// The bounds of everything that is remembered.
#pragma once

#include <chrono>
#include <cstddef>

namespace pinhole::alg {

struct Limits {
  std::size_t line = 1024;                  ///< bytes of a line that are kept for understanding it
  std::size_t acknowledged_locally = 1024;  ///< bytes of an unfinished line; no more than `line`
  /// Bytes kept for retransmissions, per direction. Of more than this in flight at once, retransmissions are
  /// passed on as they come, or dropped where they may have been edited.
  std::size_t history = 64 * 1024;
  std::size_t held_packets = 16;            ///< packets behind a gap whose verdict waits, per direction
  std::size_t waiting_packets = 2048;       ///< packets with a delayed verdict, of all flows together
  std::size_t waiting_bytes = 1024 * 1024;  ///< the bytes of these
  std::size_t flows = 65536;
  /// Pinholes without a data connection that a client may have for longer than 30 s.
  std::size_t unused_pinholes_per_client = 1024;
  std::size_t port_tries = 64;            ///< public ports tried for one pinhole
  std::chrono::seconds flow_linger{120};  ///< a closed one answers retransmissions so long

  bool operator==(const Limits&) const = default;
};

/// What is remembered now; `Limits` bounds all of it.
struct Usage {
  std::size_t flows = 0;
  std::size_t waiting_packets = 0;   ///< with a delayed verdict
  std::size_t waiting_bytes = 0;     ///< of these
  std::size_t remembered_bytes = 0;  ///< kept to be sent again, and of unfinished lines
};

}  // namespace pinhole::alg
