#include "differential/trial.hpp"

namespace pinhole::test::differential {
namespace {

Run run_ours(const Plan& plan, Cutting cutting, Arena& arena, const Outcome& reference,
             Exceptions& exceptions) {
  Run run{.cutting = cutting, .outcome = play(plan, arena.ours, cutting)};
  run.difference = difference(plan, cutting, reference, run.outcome, exceptions);
  run.log = arena.ours.log();
  return run;
}

/// The late ones have no dialects.
std::string again(const Plan& plan) {
  if (plan.dialects.empty()) return "--seeds 0 --late yes";
  return "--first " + std::to_string(plan.seed) + " --seeds 1 --late no" +
         (plan.fixed != nullptr ? " --dialect " + name_of(*plan.fixed) : "");
}

}  // namespace

const Run* Trial::worse() const {
  if (!uncut.difference && !cut.difference) return nullptr;
  if (!uncut.difference) return &cut;
  if (!cut.difference) return &uncut;
  return cut.difference->kind > uncut.difference->kind ? &cut : &uncut;
}

Trial try_out(const Plan& plan, Arena& arena, Exceptions& exceptions) {
  Trial trial{.reference = play(plan, arena.reference, Cutting::none), .uncut = {}, .cut = {}};
  trial.uncut = run_ours(plan, Cutting::none, arena, trial.reference, exceptions);
  trial.cut = run_ours(plan, Cutting::as_planned, arena, trial.reference, exceptions);
  return trial;
}

std::string report(const Plan& plan, const Trial& trial) {
  const auto& run = *trial.worse();
  const auto* cutting = run.cutting == Cutting::none ? "uncut" : "cut";
  const auto seed = std::to_string(plan.seed);
  return "seed " + seed + ", " + cutting + ": " + run.difference->what + "\n" + described(plan) +
         "\n-- through the kernel's helper, uncut:\n" + trial.reference.transcript + "-- through Pinhole, " +
         cutting + ":\n" + run.outcome.transcript + "-- what Pinhole wrote:\n" + run.log +
         "Again: differential " + again(plan) + "\n";
}

}  // namespace pinhole::test::differential
