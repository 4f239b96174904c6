// IP addresses and transport endpoints as plain values.
//
// An IpAddress is either an IPv4 or an IPv6 address; it never carries a scope, a port or a prefix
// length. Bytes are in network byte order, ports in host byte order, everywhere in Pinhole.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pinhole::net {

enum class Family : std::uint8_t { v4, v6 };

using Port = std::uint16_t;  ///< host byte order

class IpAddress {
 public:
  constexpr IpAddress() = default;  ///< 0.0.0.0

  /// `bytes` must hold 4 (IPv4) or 16 (IPv6) bytes in network byte order.
  static IpAddress from_bytes(std::span<const std::uint8_t> bytes);

  /// Any textual form of RFC 4291 section 2.2, or a dotted quad; nothing else around it.
  static std::optional<IpAddress> parse(std::string_view text);

  Family family() const { return family_; }
  std::span<const std::uint8_t> bytes() const&& = delete;  // would dangle
  std::span<const std::uint8_t> bytes() const& {
    return std::span(bytes_).first(family_ == Family::v4 ? 4u : 16u);
  }
  std::string to_string() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  Family family_ = Family::v4;
  std::array<std::uint8_t, 16> bytes_{};  // unused bytes are zero, so that comparison is memberwise
};

struct Endpoint {
  IpAddress address;
  Port port = 0;

  std::string to_string() const;  ///< "192.0.2.1:21" or "[2001:db8::1]:21"

  auto operator<=>(const Endpoint&) const = default;
};

/// A prefix such as 192.168.0.0/16; a bare address is a prefix of full length.
class Network {
 public:
  static std::optional<Network> parse(std::string_view text);

  bool contains(const IpAddress& address) const;
  std::string to_string() const;
  const IpAddress& base() const { return base_; }
  unsigned length() const { return length_; }  ///< bits

  bool operator==(const Network&) const = default;

 private:
  IpAddress base_;
  unsigned length_ = 0;  // bits
};

std::size_t hash_value(const Endpoint& endpoint);

}  // namespace pinhole::net
