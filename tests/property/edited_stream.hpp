// A TCP sender, a gateway that edits its lines, conntrack behind it, and a receiver; between them a network
// that loses, repeats, delays and reorders.
//
// The receiver answers lines it has completed; only such answers, not its bare acknowledgments, are seen by
// the gateway, as in front of the kernel's queue.
#pragma once

#include <cstddef>

#include "property/editing_gateway.hpp"

namespace pinhole::test {

struct Edited {
  std::size_t edits = 0;
  std::size_t refused = 0;  ///< of these, that kept their length because another had no room
};

/// Runs one plan to its end, every law checked on the way by GoogleTest expectations.
Edited run(const StreamPlan& plan, Random& random);

}  // namespace pinhole::test
