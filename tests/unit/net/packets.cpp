#include "unit/net/packets.hpp"

#include <algorithm>
#include <span>

#include "net/bytes.hpp"
#include "pinhole/net/checksum.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

constexpr std::uint8_t kTcp = 6;

void append(Bytes& to, std::span<const std::uint8_t> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

void append_ipv4_header(Bytes& packet, const PacketSpec& spec, std::size_t segment) {
  packet.resize(12);
  append(packet, spec.source.address.bytes());
  append(packet, spec.destination.address.bytes());
  append(packet, spec.ip_options);
  packet[0] = static_cast<std::uint8_t>(0x40 | packet.size() / 4);
  net::store16(packet, 2, static_cast<std::uint16_t>(packet.size() + segment));
  packet[6] = 0x40;  // don't fragment
  packet[8] = 64;
  packet[9] = kTcp;
  net::store16(packet, 10, net::checksum_finish(net::checksum_sum(packet)));
}

void append_ipv6_headers(Bytes& packet, const PacketSpec& spec, std::size_t segment) {
  packet.resize(8);
  append(packet, spec.source.address.bytes());
  append(packet, spec.destination.address.bytes());
  packet[0] = 0x60;
  packet[7] = 64;
  std::size_t next = 6;  // where the type of what follows is written
  for (const auto& extension : spec.extensions) {
    packet[next] = extension.type;
    next = packet.size();
    append(packet, extension.bytes);
  }
  packet[next] = kTcp;
  net::store16(packet, 4, static_cast<std::uint16_t>(packet.size() - 40 + segment));
}

}  // namespace

Extension hop_by_hop() {
  return {0, {0, 0, 1, 4, 0, 0, 0, 0}};
}
Extension routing() {
  return {43, {0, 0, 4, 0, 0, 0, 0, 0}};
}
Extension fragment() {
  return {44, {0, 0, 0, 0, 0xca, 0xfe, 0xba, 0xbe}};
}
Extension destination_options() {
  return {60, {0, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}};
}
Extension authentication() {
  return {51, {0, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
}

PacketSpec ipv4() {
  PacketSpec spec;
  spec.source = endpoint("192.0.2.10", 40000);
  spec.destination = endpoint("198.51.100.1", 21);
  return spec;
}

PacketSpec ipv6() {
  PacketSpec spec;
  spec.source = endpoint("2001:db8::10", 40000);
  spec.destination = endpoint("2001:db8:1::1", 21);
  return spec;
}

Bytes make_packet(const PacketSpec& spec) {
  Bytes segment(20);
  append(segment, spec.tcp_options);
  net::store16(segment, 0, spec.source.port);
  net::store16(segment, 2, spec.destination.port);
  net::store32(segment, 4, spec.seq.raw());
  net::store32(segment, 8, spec.ack.raw());
  segment[12] = static_cast<std::uint8_t>(segment.size() / 4 << 4);
  segment[13] = spec.flags;
  net::store16(segment, 14, spec.window);
  net::store16(segment, 18, spec.urgent);
  segment.insert(segment.end(), spec.payload.begin(), spec.payload.end());
  net::store16(segment, 16, net::tcp_checksum(spec.source.address, spec.destination.address, segment));

  Bytes packet;
  if (spec.source.address.family() == net::Family::v4) {
    append_ipv4_header(packet, spec, segment.size());
  } else {
    append_ipv6_headers(packet, spec, segment.size());
  }
  append(packet, segment);
  packet.shrink_to_fit();  // a read behind the end is then one behind the allocation
  return packet;
}

net::TcpSegment parsed(const Bytes& packet) {
  return std::get<net::TcpSegment>(net::TcpSegment::parse(packet));
}

}  // namespace pinhole::test
