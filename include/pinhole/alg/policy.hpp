// What the operator allows, and the bounds of everything that is remembered.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "pinhole/net/address.hpp"

namespace pinhole::alg {

struct PortRange {
  net::Port first = 49152;  // the dynamic ports of RFC 6335 section 6
  net::Port last = 65535;

  std::size_t size() const { return static_cast<std::size_t>(last) - first + 1; }
  bool operator==(const PortRange&) const = default;
};

/// What to do with a 227 that names neither the server nor its public address.
enum class ForeignPasv : std::uint8_t { repair, refuse };

/// What to do with a line that may need an edit and of which no more can be waited for.
enum class UnfinishedLine : std::uint8_t {
  release,  ///< what was absorbed goes on as it came; should the line need an edit after all, it is refused
  refuse,   ///< what was absorbed leaves masked, and so does the rest
};

/// What to do with a session whose beginning was not seen.
enum class MidStream : std::uint8_t {
  foreign,  ///< nothing is ever opened for it: nobody knows who logged in
  pick_up,  ///< it counts as logged in
};

struct Policy {
  std::chrono::seconds pinhole_timeout{30};
  PortRange public_ports;                          ///< where p' is looked for when p is taken
  std::vector<net::IpAddress> external_addresses;  ///< addresses that our servers may announce as their own
  ForeignPasv foreign_pasv = ForeignPasv::repair;
  net::Port min_data_port = 1024;  ///< RFC 2577 section 3
  UnfinishedLine unfinished_line = UnfinishedLine::release;
  std::chrono::seconds line_timeout{15};  ///< for the rest of a line: TCP's first four repetitions (RFC 6298)
  MidStream mid_stream = MidStream::foreign;
};

struct Limits {
  std::size_t line = 1024;      ///< bytes of a line that are kept for understanding it
  std::size_t absorbed = 1024;  ///< bytes of an unfinished line taken off the wire, no more than `line`
  /// Bytes kept for retransmissions, per direction. Of more than this in flight at once, retransmissions are
  /// passed on as they come, or dropped where they may have been edited.
  std::size_t history = 64 * 1024;
  std::size_t outstanding_commands = 1024;  ///< commands without a reply, per flow
  std::size_t held_packets = 16;            ///< packets behind a gap whose verdict waits, per direction
  std::size_t waiting_packets = 2048;       ///< packets with a delayed verdict, of all flows together
  std::size_t waiting_bytes = 1024 * 1024;  ///< the bytes of these
  std::size_t flows = 65536;
  std::size_t port_tries = 64;            ///< public ports tried for one pinhole
  std::chrono::seconds flow_idle{7200};   ///< a silent session is forgotten (pinholes are long gone then)
  std::chrono::seconds flow_linger{120};  ///< a closed one answers retransmissions so long
};

}  // namespace pinhole::alg
