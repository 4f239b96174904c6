// What a run has tried and found, over all its seeds.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "differential/trial.hpp"

namespace pinhole::test::differential {

class Tally {
 public:
  /// For so many seeds, and late sessions beside them.
  Tally(std::size_t seeds, std::size_t late) : seeds_(seeds), late_(late) {}

  /// Counts a seed's first trial.
  void add(const Plan& plan, const Trial& trial);
  /// A seed that failed; `told` is printed at once, unless that would be too much.
  void fail(const std::string& told);
  void slow_only_once() { ++slow_once_; }

  /// Prints the counts, dialect by dialect.
  void print(const Exceptions& exceptions, double seconds) const;
  /// What makes the run as a whole worthless or wrong; empty when nothing does. One that is `complete` must
  /// have met every dialect, the late ones if there were any, and every exception.
  std::vector<std::string> faults(const Exceptions& exceptions, bool complete) const;

 private:
  struct Spoken {
    std::size_t sessions = 0;      ///< in which it showed in a step that the reference passed
    std::size_t not_demanded = 0;  ///< steps in which it showed, and that the reference did not pass
  };

  const std::size_t seeds_, late_;
  std::mutex mutex_;
  std::size_t tried_ = 0, demanded_ = 0, not_demanded_ = 0, transfers_ = 0, pieces_ = 0, not_apart_ = 0;
  std::size_t slow_once_ = 0, failed_ = 0;
  std::map<const Dialect*, Spoken> spoken_;
};

}  // namespace pinhole::test::differential
