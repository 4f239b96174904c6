// What each side may read of what the other said, by the rules and not by the gateway's word.
#pragma once

#include <functional>
#include <set>
#include <string_view>

#include "pinhole/alg/event.hpp"
#include "pinhole/alg/policy.hpp"

namespace pinhole::test::simulator {

/// How a line that left one end may arrive at the other.
enum class Fate : std::uint8_t {
  right,    ///< as the rules say
  garbled,  ///< not as it would be had it come whole: allowed where it came in pieces, or behind an edit
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

/// How a line came to the router. What cannot have happened is no excuse.
struct Passage {
  std::set<std::size_t> ends;    ///< where in it a packet began or ended, so that a part of it may have left
  bool may_be_given_up = false;  ///< behind NAT: its end came late, or there was no room to wait for it
  bool behind_an_edit = false;   ///< of the same sender: it may be unacknowledged
};

/// `noticed` is what the gateway said of this line, null if it does not negotiate. `passage` is asked for
/// only where the line did not arrive as one that came whole.
Fate fate_of(alg::Side sender, const Rules& rules, std::string_view said, std::string_view read,
             const alg::Negotiated* noticed, const std::function<Passage()>& passage);

}  // namespace pinhole::test::simulator
