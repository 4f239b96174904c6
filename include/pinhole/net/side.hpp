// The two ends of a control connection.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pinhole::net {

enum class Side : std::uint8_t { client, server };

constexpr Side other(Side side) {
  return side == Side::client ? Side::server : Side::client;
}
constexpr std::size_t index(Side side) {
  return static_cast<std::size_t>(side);
}

}  // namespace pinhole::net
