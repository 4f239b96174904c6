#include "pinhole/net/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace pinhole::net {

IpAddress IpAddress::from_bytes(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) throw std::invalid_argument("an IP address has 4 or 16 bytes");
  IpAddress address;
  address.family_ = bytes.size() == 4 ? Family::v4 : Family::v6;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated || text.find('\0') != text.npos) return std::nullopt;
  *std::copy(text.begin(), text.end(), terminated) = '\0';
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, terminated, bytes.data()) == 1) return from_bytes(std::span(bytes).first(4));
  if (inet_pton(AF_INET6, terminated, bytes.data()) == 1) return from_bytes(bytes);
  return std::nullopt;
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family_ == Family::v4 ? AF_INET : AF_INET6, bytes_.data(), text, sizeof text);
  return text;
}

std::string Endpoint::to_string() const {
  const std::string host = address.to_string();
  const std::string port_text = std::to_string(port);
  return address.family() == Family::v6 ? "[" + host + "]:" + port_text : host + ":" + port_text;
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  Network network;
  network.base_ = *base;
  const auto longest = static_cast<unsigned>(base->bytes().size() * 8);
  network.length_ = longest;
  if (slash == text.npos) return network;
  const auto digits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), network.length_);
  if (error != std::errc() || end != digits.data() + digits.size() || network.length_ > longest) {
    return std::nullopt;
  }
  return network;
}

bool Network::contains(const IpAddress& address) const {
  if (address.family() != base_.family()) return false;
  const std::size_t whole = length_ / 8;
  const auto ours = base_.bytes();
  const auto theirs = address.bytes();
  if (!std::equal(ours.begin(), ours.begin() + static_cast<std::ptrdiff_t>(whole), theirs.begin())) {
    return false;
  }
  const unsigned rest = length_ % 8;
  return rest == 0 || ((ours[whole] ^ theirs[whole]) >> (8 - rest)) == 0;
}

std::string Network::to_string() const {
  return base_.to_string() + "/" + std::to_string(length_);
}

std::size_t hash_value(const Endpoint& endpoint) {
  // FNV-1a: the keys are few and come from conntrack, which bounds them; its mixing is enough here.
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto mix = [&hash](std::uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3u; };
  for (const auto byte : endpoint.address.bytes()) mix(byte);
  mix(static_cast<std::uint8_t>(endpoint.port >> 8));
  mix(static_cast<std::uint8_t>(endpoint.port & 0xff));
  return static_cast<std::size_t>(hash);
}

}  // namespace pinhole::net
