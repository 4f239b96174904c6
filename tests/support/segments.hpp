// Packets for tests: IPv4 or IPv6 with a TCP segment, every checksum right.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "pinhole/net/address.hpp"
#include "pinhole/net/seq.hpp"

namespace pinhole::test {

enum Flags : std::uint8_t { kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10, kUrg = 0x20 };

struct SegmentSpec {
  net::Endpoint from;
  net::Endpoint to;
  net::Seq seq;
  net::Seq ack;
  std::string_view payload;
  std::uint8_t flags = kAck | kPsh;
  bool timestamps = true;
  std::uint16_t window = 0x1234;
  std::vector<std::pair<net::Seq, net::Seq>> sack{};  ///< at most 3 blocks
  bool sack_permitted = false;                        ///< with an MSS of 1460, as in a SYN
  std::uint8_t hops = 64;                             ///< TTL or hop limit
  std::uint32_t clock = 1111;                         ///< the timestamps' value
  std::uint32_t echo = 2222;                          ///< what they echo
  std::uint16_t urgent = 0;                           ///< the pointer; kUrg is not set by it
};

std::vector<std::uint8_t> make_segment(const SegmentSpec& spec);

/// Both checksums of a packet are right.
bool checksums_right(std::span<const std::uint8_t> packet);

net::Endpoint endpoint(std::string_view address, net::Port port);

}  // namespace pinhole::test
