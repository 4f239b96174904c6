#include "plan.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace pinhole::bench {

std::vector<PlannedRun> plan(const Choice& choice) {
  std::mt19937_64 random(choice.seed);
  std::vector<std::pair<const Workload*, int>> cells;
  for (const auto* workload : choice.workloads) {
    for (const int processors : choice.processors) cells.emplace_back(workload, processors);
  }
  std::vector<PlannedRun> result;
  for (unsigned round = 1; round <= choice.rounds; ++round) {
    std::ranges::shuffle(cells, random);
    for (const auto& [workload, processors] : cells) {
      auto variants = choice.variants;
      std::ranges::shuffle(variants, random);
      for (auto& variant : variants) {
        if (variant == "kernel" && !workload->kernel_can) continue;
        result.push_back({workload, processors, std::move(variant), round});
      }
    }
  }
  return result;
}

}  // namespace pinhole::bench
