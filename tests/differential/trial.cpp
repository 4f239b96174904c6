#include "differential/trial.hpp"

#include <future>

namespace pinhole::test::differential {
namespace {

Run judged(const Plan& plan, Outcome ours, Cutting cutting, Arena& arena, const Outcome& reference,
           Exceptions& exceptions) {
  Run run{.cutting = cutting, .outcome = std::move(ours)};
  run.difference = difference(plan, cutting, reference, run.outcome, exceptions);
  run.log = arena.ours.log();
  return run;
}

// Uncut only: who waits for minutes does not do so thrice.
Trial try_out_side_by_side(const Plan& plan, Arena& arena, Exceptions& exceptions) {
  auto reference = std::async(std::launch::async, [&] { return play(plan, arena.reference, Cutting::none); });
  auto ours = play(plan, arena.ours, Cutting::none);
  Trial trial{.reference = reference.get(), .uncut = {}, .cut = {}};
  trial.uncut = judged(plan, std::move(ours), Cutting::none, arena, trial.reference, exceptions);
  return trial;
}

std::string command_for(const Plan& plan) {
  auto command = "differential --first " + std::to_string(plan.seed) + " --seeds 1";
  for (const auto* dialect : plan.fixed.dialects) command += " --dialect " + name_of(*dialect);
  return command + (plan.fixed.others_plain ? " --others plain" : "");
}

}  // namespace

const Run* Trial::worse() const {
  if (!uncut.difference && !cut.difference) return nullptr;
  if (!uncut.difference) return &cut;
  if (!cut.difference) return &uncut;
  return cut.difference->kind > uncut.difference->kind ? &cut : &uncut;
}

Trial try_out(const Plan& plan, Arena& arena, Exceptions& exceptions) {
  if (plan.is_late()) return try_out_side_by_side(plan, arena, exceptions);
  const auto run_ours = [&](const Outcome& reference, Cutting cutting) {
    return judged(plan, play(plan, arena.ours, cutting), cutting, arena, reference, exceptions);
  };
  Trial trial{.reference = play(plan, arena.reference, Cutting::none), .uncut = {}, .cut = {}};
  trial.uncut = run_ours(trial.reference, Cutting::none);
  trial.cut = run_ours(trial.reference, Cutting::as_planned);
  return trial;
}

std::string report(const Plan& plan, const Trial& trial) {
  const auto& run = *trial.worse();
  const auto* cutting = run.cutting == Cutting::none ? "uncut" : "cut";
  return "seed " + std::to_string(plan.seed) + ", " + cutting + ": " + run.difference->what + "\n" +
         described(plan) + "\n-- through the kernel's helper, uncut:\n" + trial.reference.transcript +
         "-- through Pinhole, " + cutting + ":\n" + run.outcome.transcript + "-- what Pinhole wrote:\n" +
         run.log + "Again: " + command_for(plan) + "\n";
}

}  // namespace pinhole::test::differential
