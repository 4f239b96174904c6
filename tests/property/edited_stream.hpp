// A TCP sender, a gateway that edits its lines, conntrack behind it, and a receiver; between them a network
// that loses, repeats, delays and reorders.
//
// The receiver answers lines it has completed; only such answers, not its bare acknowledgments, are seen by
// the gateway, as in front of the kernel's queue.
#pragma once

#include <cstddef>

#include "property/editing_gateway.hpp"

namespace pinhole::test {

/// Runs one world to its end, every law checked on the way by GoogleTest expectations. Returns the number of
/// edits.
std::size_t run(World& world, Random& random);

}  // namespace pinhole::test
