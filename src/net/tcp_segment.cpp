#include "pinhole/net/tcp_segment.hpp"

#include "net/bytes.hpp"
#include "net/protocols.hpp"
#include "net/tcp_options.hpp"

namespace pinhole::net {
namespace {

constexpr std::size_t kIpv6Header = 40;

/// Where the TCP header begins and the packet ends, or why that cannot be said.
struct Layout {
  std::size_t tcp = 0;
  std::size_t end = 0;
  Family family = Family::v4;
};
using Located = std::variant<Layout, SegmentError>;

Located locate_ipv4(std::span<const std::uint8_t> packet) {
  if (packet.size() < 20) return SegmentError::truncated;
  const std::size_t header = static_cast<std::size_t>(packet[0] & 0x0f) * 4;
  if (header < 20) return SegmentError::bad_header;
  if ((load16(packet, 6) & 0x3fff) != 0) return SegmentError::fragment;  // MF or an offset
  if (packet[9] != kTcp) return SegmentError::not_tcp;
  std::size_t end = load16(packet, 2);
  if (end == 0) end = packet.size();  // larger than 64 KiB, or segmentation left to the device
  if (end < header) return SegmentError::bad_header;
  if (end > packet.size()) return SegmentError::truncated;
  return Layout{header, end, Family::v4};
}

Located locate_ipv6(std::span<const std::uint8_t> packet) {
  if (packet.size() < kIpv6Header) return SegmentError::truncated;
  const std::size_t length = load16(packet, 4);
  const std::size_t end = length == 0 ? packet.size() : kIpv6Header + length;
  if (end > packet.size()) return SegmentError::truncated;
  std::uint8_t next = packet[6];
  std::size_t at = kIpv6Header;
  while (next != kTcp) {
    if (at + 8 > end) return SegmentError::bad_header;
    switch (next) {
      case 0:   // hop-by-hop options
      case 43:  // routing
      case 60:  // destination options
        next = packet[at];
        at += (static_cast<std::size_t>(packet[at + 1]) + 1) * 8;
        break;
      case 44:  // fragment; one that is whole by itself (RFC 6946) is one packet like any other
        if ((load16(packet, at + 2) & 0xfff9) != 0) return SegmentError::fragment;
        next = packet[at];
        at += 8;
        break;
      case 51:  // authentication (RFC 4302): length in 4-byte units, minus 2
        next = packet[at];
        at += (static_cast<std::size_t>(packet[at + 1]) + 2) * 4;
        break;
      default:
        return SegmentError::not_tcp;
    }
    if (at > end) return SegmentError::bad_header;
  }
  return Layout{at, end, Family::v6};
}

}  // namespace

std::variant<TcpSegment, SegmentError> TcpSegment::parse(std::span<const std::uint8_t> packet) {
  if (packet.empty()) return SegmentError::truncated;
  Located located = SegmentError::not_ip;
  if (packet[0] >> 4 == 4) located = locate_ipv4(packet);
  if (packet[0] >> 4 == 6) located = locate_ipv6(packet);
  if (const auto* error = std::get_if<SegmentError>(&located)) return *error;

  const auto& [tcp, end, family] = std::get<Layout>(located);
  if (end - tcp < 20) return SegmentError::truncated;
  const std::size_t header = static_cast<std::size_t>(packet[tcp + 12] >> 4) * 4;
  if (header < 20) return SegmentError::bad_header;
  if (tcp + header > end) return SegmentError::truncated;
  return TcpSegment(packet.first(end), family, tcp, tcp + header);
}

Endpoint TcpSegment::source() const {
  const auto address = family_ == Family::v4 ? packet_.subspan(12, 4) : packet_.subspan(8, 16);
  return {IpAddress::from_bytes(address), load16(packet_, tcp_offset_)};
}

Endpoint TcpSegment::destination() const {
  const auto address = family_ == Family::v4 ? packet_.subspan(16, 4) : packet_.subspan(24, 16);
  return {IpAddress::from_bytes(address), load16(packet_, tcp_offset_ + 2)};
}

Seq TcpSegment::seq() const {
  return Seq(load32(packet_, tcp_offset_ + 4));
}
Seq TcpSegment::ack() const {
  return Seq(load32(packet_, tcp_offset_ + 8));
}
std::uint16_t TcpSegment::window() const {
  return load16(packet_, tcp_offset_ + 14);
}
std::uint16_t TcpSegment::urgent_pointer() const {
  return load16(packet_, tcp_offset_ + 18);
}

std::span<const std::uint8_t> TcpSegment::options() const {
  return packet_.subspan(tcp_offset_ + 20, payload_offset_ - tcp_offset_ - 20);
}

std::optional<TcpTimestamps> TcpSegment::timestamps() const {
  const auto bytes = options();
  std::optional<TcpTimestamps> found;
  for_each_option(bytes, [&](std::uint8_t kind, std::size_t at, std::size_t length) {
    if (kind == kTimestamps && length == 8 && !found)
      found = TcpTimestamps{load32(bytes, at), load32(bytes, at + 4)};
  });
  return found;
}

}  // namespace pinhole::net
