// A captured TCP segment, with what is needed to write it again.
//
// A packet whose payload the snap length truncated is kept as a shorter packet of `bytes` plus a number of
// bytes that are missing; its IP length says so, until write_length() makes it what it was.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "pcap/reader.hpp"
#include "pinhole/net/flow_key.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::pcap {

struct Captured {
  std::uint64_t frame = 0;
  std::chrono::nanoseconds time{};  ///< since the epoch, as captured
  IpPlace place;
  std::span<const std::uint8_t> link_header;
  const net::TcpSegment& segment;
  net::FlowKey key;
  std::size_t missing = 0;  ///< bytes at the end of the payload that were not captured

  bool is_opening() const { return segment.syn() && !segment.has_ack(); }
};

/// The length that the IP header in `packet` gives for the whole packet; 0 if there is none or it has no
/// such field.
std::size_t ip_length(std::span<const std::uint8_t> packet);

/// Sets that field; the IPv4 header checksum is left alone.
void set_ip_length(std::span<std::uint8_t> packet, std::size_t length);

}  // namespace pinhole::pcap
