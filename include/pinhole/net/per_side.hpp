// One thing for each of the two ends.
#pragma once

#include "pinhole/net/side.hpp"

namespace pinhole::net {

template <class T>
struct PerSide {
  T client{};
  T server{};

  constexpr T& operator[](Side side) { return side == Side::client ? client : server; }
  constexpr const T& operator[](Side side) const { return side == Side::client ? client : server; }

  bool operator==(const PerSide&) const = default;
};

}  // namespace pinhole::net
