// A plan's session, played once in a world, and what became of each of its steps.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "differential/plan.hpp"
#include "differential/world.hpp"

namespace pinhole::test::differential {

using Duration = std::chrono::duration<double, std::milli>;

struct StepOutcome {
  std::string complaint;  ///< what did not pass as it should; empty: it passed
  Duration taken{0};
  Duration paused{0};      ///< of it, the ends' own waiting between the pieces that they cut
  long timers_waited = 0;  ///< retransmission timers
  bool stalled = false;    ///< the machine stood still meanwhile (support/standstills.hpp)
};

struct Outcome {
  std::vector<StepOutcome> steps;  ///< up to the first that did not pass
  std::string transcript;          ///< a line for each act, with its time; no secrets
  std::size_t transfers = 0;       ///< passed with all their bytes
  std::size_t pieces = 0;          ///< said on the control connection
  std::size_t not_apart = 0;       ///< texts whose pieces left joined all the same

  bool passed(std::size_t step) const { return step < steps.size() && steps[step].complaint.empty(); }
};

/// Throws what is wrong with the lab, never what goes wrong in the session.
Outcome play(const Plan& plan, World& world, Cutting cutting);

}  // namespace pinhole::test::differential
