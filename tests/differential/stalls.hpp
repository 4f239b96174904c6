// Whether the machine stood still: a processor on which even a thread that sleeps nearly always was not let
// run for half of a retransmission timeout. What expires meanwhile says nothing about who is tested.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace pinhole::test::differential {

class Stalls {
 public:
  using Clock = std::chrono::steady_clock;

  /// Watches every processor until it is destroyed.
  Stalls();

  /// Whether a stall has ended since then.
  bool any_since(Clock::time_point begin) const {
    return Clock::time_point(Clock::duration(latest_)) > begin;
  }

 private:
  void watch(std::size_t processor, const std::stop_token& stop);

  std::atomic<Clock::rep> latest_ = 0;
  std::vector<std::jthread> watchers_;
};

/// The program's only one.
const Stalls& stalls();

}  // namespace pinhole::test::differential
