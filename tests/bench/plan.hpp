// Which runs there are, and in which order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workload.hpp"

namespace pinhole::bench {

struct PlannedRun {
  const Workload* workload;
  int processors;
  std::string variant;
  unsigned round;
};

struct Choice {
  std::vector<const Workload*> workloads = {};
  std::vector<int> processors = {};  ///< numbers of them: 1, 2
  std::vector<std::string> variants = {};
  unsigned rounds = 1;
  std::uint64_t seed = 0;
};

/// In each round all cells (a workload, a number of processors) in random order, and within a cell all
/// variants in random order, one straight after the other. The same seed gives the same order.
std::vector<PlannedRun> plan(const Choice& choice);

}  // namespace pinhole::bench
