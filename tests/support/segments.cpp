#include "support/segments.hpp"

#include <algorithm>
#include <stdexcept>

#include "net/bytes.hpp"
#include "pinhole/net/checksum.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::test {

std::vector<std::uint8_t> make_segment(const SegmentSpec& spec) {
  const bool v4 = spec.from.address.family() == net::Family::v4;
  const std::size_t ip = v4 ? 20 : 40;
  const std::size_t sack = spec.sack.empty() ? 0 : 4 + 8 * spec.sack.size();
  const std::size_t tcp = (spec.timestamps ? 32 : 20) + sack + (spec.sack_permitted ? 8 : 0);
  std::vector<std::uint8_t> packet(ip + tcp);
  packet.insert(packet.end(), spec.payload.begin(), spec.payload.end());
  const auto source = spec.from.address.bytes();
  const auto destination = spec.to.address.bytes();
  std::copy(source.begin(), source.end(), packet.begin() + (v4 ? 12 : 8));
  std::copy(destination.begin(), destination.end(), packet.begin() + (v4 ? 16 : 24));
  if (v4) {
    packet[0] = 0x45;
    net::store16(packet, 2, static_cast<std::uint16_t>(packet.size()));
    packet[8] = spec.hops;
    packet[9] = 6;
    net::store16(packet, 10, net::checksum_finish(net::checksum_sum(std::span(packet).first(20))));
  } else {
    packet[0] = 0x60;
    net::store16(packet, 4, static_cast<std::uint16_t>(packet.size() - 40));
    packet[6] = 6;
    packet[7] = spec.hops;
  }
  net::store16(packet, ip, spec.from.port);
  net::store16(packet, ip + 2, spec.to.port);
  net::store32(packet, ip + 4, spec.seq.raw());
  net::store32(packet, ip + 8, spec.ack.raw());
  packet[ip + 12] = static_cast<std::uint8_t>(tcp / 4 << 4);
  packet[ip + 13] = spec.flags;
  net::store16(packet, ip + 14, spec.window);
  net::store16(packet, ip + 18, spec.urgent);
  if (spec.timestamps) {
    net::store32(packet, ip + 20, 0x0101080a);
    net::store32(packet, ip + 24, spec.clock);
    net::store32(packet, ip + 28, spec.echo);
  }
  if (spec.sack_permitted) {
    const auto at = ip + tcp - sack - 8;
    net::store32(packet, at, 0x020405b4);
    net::store32(packet, at + 4, 0x01010402);
  }
  if (sack > 0) {
    auto at = ip + tcp - sack;
    net::store16(packet, at, 0x0101);
    packet[at + 2] = 5;
    packet[at + 3] = static_cast<std::uint8_t>(sack - 2);
    for (at += 4; const auto& [left, right] : spec.sack) {
      net::store32(packet, at, left.raw());
      net::store32(packet, at + 4, right.raw());
      at += 8;
    }
  }
  net::store16(packet, ip + 16,
               net::tcp_checksum(spec.from.address, spec.to.address, std::span(packet).subspan(ip)));
  return packet;
}

bool checksums_right(std::span<const std::uint8_t> packet) {
  const auto parsed = net::TcpSegment::parse(packet);
  const auto* segment = std::get_if<net::TcpSegment>(&parsed);
  if (segment == nullptr) return false;
  if (segment->family() == net::Family::v4) {
    const auto header = packet.first(static_cast<std::size_t>(packet[0] & 0x0f) * 4);
    if (net::checksum_finish(net::checksum_sum(header)) != 0) return false;
  }
  return net::tcp_checksum(segment->source().address, segment->destination().address,
                           packet.subspan(segment->tcp_offset())) == 0;
}

net::Endpoint endpoint(std::string_view address, net::Port port) {
  const auto parsed = net::IpAddress::parse(address);
  if (!parsed) throw std::invalid_argument("no address: " + std::string(address));
  return {*parsed, port};
}

}  // namespace pinhole::test
