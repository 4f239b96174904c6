// The words that `differential` is called with.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>

#include "differential/dialects.hpp"

namespace pinhole::test::differential {

inline constexpr const char* kUsage =
    "usage: differential [--first SEED] [--seeds N] [--jobs J] [--late yes|no] [--dialect FACET/NAME]...\n"
    "                    [--others drawn|plain] [--exceptions FILE]\n";

struct Options {
  static constexpr std::uint64_t kDefaultFirst = 1, kDefaultSeeds = 300;

  std::uint64_t first = kDefaultFirst, seeds = kDefaultSeeds;
  std::uint64_t jobs = std::max(2 * std::thread::hardware_concurrency(), 1u);  // they wait half of the time
  bool late = false;
  Fixed fixed;
  std::string exceptions;

  Options();

  /// So every dialect must be spoken.
  bool has_all_default_seeds() const {
    return first <= kDefaultFirst && first + seeds >= kDefaultFirst + kDefaultSeeds &&
           fixed.dialects.empty() && !fixed.others_plain;
  }
};

/// Nothing where they are not as kUsage says.
std::optional<Options> read_options(int argc, char** argv);

}  // namespace pinhole::test::differential
