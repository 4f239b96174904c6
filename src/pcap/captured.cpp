#include "pcap/captured.hpp"

namespace pinhole::pcap {
namespace {

constexpr std::size_t kIpv4Length = 2;  // offsets of the length fields
constexpr std::size_t kIpv6Length = 4;
constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;  // not counted by the IPv6 payload length

}  // namespace

std::size_t ip_length(std::span<const std::uint8_t> packet) {
  const auto field = [&](std::size_t at) {
    return static_cast<std::size_t>(packet[at] << 8 | packet[at + 1]);
  };
  if (packet.empty()) return 0;
  if (packet[0] >> 4 == 4 && packet.size() >= kIpv4Header) return field(kIpv4Length);
  if (packet[0] >> 4 == 6 && packet.size() >= kIpv6Header) return field(kIpv6Length) + kIpv6Header;
  return 0;
}

void set_ip_length(std::span<std::uint8_t> packet, std::size_t length) {
  const bool v4 = packet[0] >> 4 == 4;
  const std::size_t at = v4 ? kIpv4Length : kIpv6Length;
  const std::size_t value = v4 ? length : length - kIpv6Header;
  packet[at] = static_cast<std::uint8_t>(value >> 8);
  packet[at + 1] = static_cast<std::uint8_t>(value);
}

}  // namespace pinhole::pcap
