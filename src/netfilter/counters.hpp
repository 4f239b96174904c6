// What a worker has counted since it began. One thread adds, any thread reads.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "pinhole/alg/reason.hpp"

namespace pinhole::netfilter {

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

class ReasonCounters {
 public:
  Counter& operator[](alg::Reason reason) { return counters_[static_cast<std::size_t>(reason)]; }
  const Counter& operator[](alg::Reason reason) const { return counters_[static_cast<std::size_t>(reason)]; }

 private:
  static constexpr std::size_t kReasons = static_cast<std::size_t>(alg::Reason::pinhole_withdrawn) + 1;
  std::array<Counter, kReasons> counters_;
};

struct Counters {
  Counter packets;           ///< that came out of the queue
  ReasonCounters verdicts;   ///< one for each packet, sooner or later
  ReasonCounters decisions;  ///< one for each PORT, EPRT, 227, 229
  Counter flows;             ///< control connections that began
  Counter sent_back;         ///< acknowledgments in a receiver's name
  Counter not_sent_back;     ///< the kernel refused to send one
  Counter overruns;  ///< times that packets were lost before us: queue-length or socket-buffer too small
  Counter refused_verdicts;  ///< the kernel had no such packet or could not take the replacement
  Counter exceptions;        ///< packets that took the configured fail mode
};

}  // namespace pinhole::netfilter
