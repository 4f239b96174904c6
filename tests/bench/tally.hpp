// What a run of clients has seen.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "workload.hpp"

namespace pinhole::bench {

struct Tally {
  std::array<std::vector<double>, kCommands> times;  ///< microseconds, warm-up left out
  std::uint64_t bodies = 0;                          ///< that went well
  std::uint64_t sessions = 0;                        ///< that came to their 221
  std::uint64_t transfers = 0;                       ///< of which every byte was right
  std::uint64_t bytes = 0;                           ///< of these
  std::uint64_t failures = 0;                        ///< sessions that broke off, for whatever reason
  std::map<std::string, std::uint64_t> reasons;      ///< of failures
  double seconds = 0;

  std::vector<double>& of(Command command) { return times.at(static_cast<std::size_t>(command)); }
};

}  // namespace pinhole::bench
