// The reference is held against ours: what passes there must pass here, and not much more slowly.
#pragma once

#include <optional>
#include <string>

#include "differential/exceptions.hpp"
#include "differential/plan.hpp"
#include "differential/session.hpp"

namespace pinhole::test::differential {

struct Difference {
  enum class Kind {
    slow,  ///< slower than twice the reference and a retransmission timeout, or waited while all stood still
    waited,  ///< for a retransmission timer, where the reference did not
    failed,  ///< what was said, who connected or which bytes arrived is otherwise
  };
  Kind kind;
  std::string what;
};

/// The first difference that is not only slowness and not excused, else the first slow step, else nothing.
std::optional<Difference> difference(const Plan& plan, Cutting cutting, const Outcome& reference,
                                     const Outcome& ours, Exceptions& exceptions);

}  // namespace pinhole::test::differential
