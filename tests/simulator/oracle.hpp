// What each side may read of what the other said, by the rules and not by the gateway's word.
#pragma once

#include <set>
#include <string_view>

#include "pinhole/alg/event.hpp"
#include "pinhole/alg/policy.hpp"

namespace pinhole::test {

/// How a line that left one end may arrive at the other.
enum class Fate : std::uint8_t {
  right,    ///< as the rules say
  garbled,  ///< refused in its middle: allowed where its beginning had left
  wrong,
};

struct Rules {
  alg::NatView view;
  alg::Policy policy;
  /// Public ports that others hold, where the server (active) or the client (passive) dials.
  std::set<net::Port> taken_active, taken_passive;
};

/// The line negotiates: the gateway must notice it.
bool negotiates(alg::Side sender, std::string_view line);

/// `noticed` is what the gateway said of this line, null if it does not negotiate.
Fate fate_of(alg::Side sender, const Rules& rules, std::string_view said, std::string_view read,
             const alg::Negotiated* noticed);

}  // namespace pinhole::test
