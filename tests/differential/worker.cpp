#include "differential/worker.hpp"

namespace pinhole::test::differential {
namespace {

constexpr int kMoreTrials = 3;

}  // namespace

bool Worker::settles(const Plan& plan) {
  const auto trial = try_out(plan, labs_for(plan), exceptions_);
  tally_.add(plan, trial);
  if (trial.is_slow_only()) return false;
  if (trial.worse() != nullptr) tally_.fail(report(plan, trial));
  return true;
}

void Worker::try_again(const Plan& plan) {
  for (int left = kMoreTrials; left > 0; --left) {
    const auto trial = try_out(plan, labs_for(plan), exceptions_);
    if (trial.worse() == nullptr) return tally_.slow_only_once();
    if (left == 1 || !trial.is_slow_only()) return tally_.fail(report(plan, trial));
  }
}

std::vector<Plan> Worker::work(Seeds& seeds, const Fixed& fixed) {
  std::vector<Plan> slow;
  std::string topology;
  while (const auto seed = seeds.take(topology)) {
    auto plan = Plan::of(*seed, fixed);
    if (!settles(plan)) slow.push_back(std::move(plan));
  }
  return slow;
}

Arena& Worker::labs_for(const Plan& plan) {
  if (!arena_ || topology_ != plan.way.topology) {
    arena_.reset();
    arena_ = std::make_unique<Arena>(plan.way.topology);
    topology_ = plan.way.topology;
  }
  return *arena_;
}

}  // namespace pinhole::test::differential
