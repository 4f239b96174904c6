// Connections without a session of which something was told lately: each is told of once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "pinhole/net/flow_key.hpp"

namespace pinhole::control {

class RecentlyTold {
 public:
  /// Whether nothing was told of the connection, in whichever direction; from now on, something was. Only the
  /// last kRemembered are remembered.
  bool is_new(const net::FlowKey& key) {
    const net::FlowKey back{key.destination, key.source};
    if (std::ranges::any_of(keys_, [&](const auto& told) { return told == key || told == back; }))
      return false;
    keys_[next_] = key;
    next_ = (next_ + 1) % keys_.size();
    return true;
  }

 private:
  static constexpr std::size_t kRemembered = 64;
  std::array<net::FlowKey, kRemembered> keys_{};
  std::size_t next_ = 0;
};

}  // namespace pinhole::control
