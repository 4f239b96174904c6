// Packets with all that may stand around a TCP header: IPv4 options, IPv6 extension headers, TCP options.
// Lengths and checksums come out right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pinhole/net/address.hpp"
#include "pinhole/net/seq.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::test {

using Bytes = std::vector<std::uint8_t>;

/// An IPv6 extension header; its first byte (next header) is filled in.
struct Extension {
  std::uint8_t type = 0;
  Bytes bytes;
};

Extension hop_by_hop();           ///< padding only, RFC 8200 section 4.3
Extension routing();              ///< no segments left, section 4.4
Extension fragment();             ///< atomic: offset 0 and no more to come, RFC 6946
Extension destination_options();  ///< 16 bytes of padding, section 4.6
Extension authentication();       ///< with a 12-byte integrity value, RFC 4302 section 2

struct PacketSpec {
  net::Endpoint source;
  net::Endpoint destination;
  Bytes ip_options;                   ///< IPv4; a multiple of 4 bytes
  std::vector<Extension> extensions;  ///< IPv6
  Bytes tcp_options;                  ///< a multiple of 4 bytes
  std::string payload = "NOOP\r\n";
  net::Seq seq = net::Seq(1000);
  net::Seq ack = net::Seq(2000);
  std::uint8_t flags = 0x18;  ///< PSH, ACK
  std::uint16_t window = 0x1234;
  std::uint16_t urgent = 0;
};

PacketSpec ipv4();  ///< 192.0.2.10:40000 -> 198.51.100.1:21
PacketSpec ipv6();  ///< [2001:db8::10]:40000 -> [2001:db8:1::1]:21

Bytes make_packet(const PacketSpec& spec);

/// The checked view; throws std::bad_variant_access for a packet that has none.
net::TcpSegment parsed(const Bytes& packet);

}  // namespace pinhole::test
