// Counters that one thread adds to and any thread reads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pinhole/alg/reason.hpp"

namespace pinhole::alg {

class Counter {
 public:
  /// For the one thread that adds: no locked instruction is needed.
  void add(std::uint64_t amount = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// One for each reason there is.
class ReasonCounters {
 public:
  Counter& operator[](Reason reason) { return counters_[static_cast<std::size_t>(reason)]; }
  const Counter& operator[](Reason reason) const { return counters_[static_cast<std::size_t>(reason)]; }

 private:
  std::vector<Counter> counters_ = std::vector<Counter>(all_reasons().size());
};

}  // namespace pinhole::alg
