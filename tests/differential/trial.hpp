// One plan, played through the kernel's helper and through Pinhole in labs alike.
#pragma once

#include <optional>
#include <string>

#include "differential/comparison.hpp"
#include "differential/exceptions.hpp"
#include "differential/session.hpp"
#include "differential/world.hpp"

namespace pinhole::test::differential {

/// Two labs of one topology.
struct Arena {
  explicit Arena(const std::string& topology)
      : reference(topology, Means::kernels_helper), ours(topology, Means::pinhole) {}
  World reference, ours;
};

struct Run {
  Cutting cutting = Cutting::none;
  Outcome outcome = {};
  std::optional<Difference> difference = {};  ///< from the reference
  std::string log = {};                       ///< Pinhole's
};

struct Trial {
  Outcome reference;
  Run uncut, cut;  ///< the latter without steps where the plan is late

  /// The run that differs, the worse one if both do; null if none does.
  const Run* worse() const;
  bool is_slow_only() const {
    return worse() != nullptr && worse()->difference->kind == Difference::Kind::slow;
  }
};

Trial try_out(const Plan& plan, Arena& arena, Exceptions& exceptions);

/// What differed and all that it takes to understand it.
std::string report(const Plan& plan, const Trial& trial);

}  // namespace pinhole::test::differential
