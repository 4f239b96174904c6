#include "differential/comparison.hpp"

#include <cstdio>

namespace pinhole::test::differential {
namespace {

// Linux's least one (TCP_RTO_MIN), which is what every connection inside a lab has.
constexpr Duration kRetransmissionTimeout{200};

std::string milliseconds(Duration duration) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f ms", duration.count());
  return text;
}

std::optional<Difference> difference_of_step(const StepOutcome& reference, const StepOutcome& ours) {
  using Kind = Difference::Kind;
  if (!ours.complaint.empty()) return Difference{Kind::failed, ours.complaint};
  if (ours.timers_waited > 0 && reference.timers_waited == 0) {
    return Difference{ours.stalled ? Kind::slow : Kind::waited,
                      "waited for " + std::to_string(ours.timers_waited) +
                          " retransmission timer(s); the reference for none"};
  }
  const auto allowed = 2 * reference.taken + kRetransmissionTimeout;
  if (const auto own = ours.taken - ours.paused; own > allowed) {
    return Difference{Kind::slow,
                      "took " + milliseconds(own) + " without the ends' own pauses; the reference " +
                          milliseconds(reference.taken) + ", so " + milliseconds(allowed) + " are allowed"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Difference> difference(const Plan& plan, Cutting cutting, const Outcome& reference,
                                     const Outcome& ours, Exceptions& exceptions) {
  std::optional<Difference> slow;
  for (std::size_t i = 0; i < ours.steps.size() && reference.passed(i); ++i) {
    auto found = difference_of_step(reference.steps[i], ours.steps[i]);
    if (!found || (slow && found->kind == Difference::Kind::slow)) continue;
    if (exceptions.excuse(kind_of(plan, plan.steps[i], cutting)) != nullptr) continue;
    found->what = "step '" + plan.steps[i].name + "': " + found->what;
    if (found->kind != Difference::Kind::slow) return found;
    slow = found;
  }
  return slow;
}

}  // namespace pinhole::test::differential
