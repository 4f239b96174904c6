#include "differential/stalls.hpp"

#include <pthread.h>
#include <sched.h>

namespace pinhole::test::differential {
namespace {

constexpr std::chrono::milliseconds kNap{5}, kStall{100};

}  // namespace

Stalls::Stalls() {
  for (std::size_t i = 0; i < std::thread::hardware_concurrency(); ++i) {
    watchers_.emplace_back([this, i](const std::stop_token& stop) { watch(i, stop); });
  }
}

void Stalls::watch(std::size_t processor, const std::stop_token& stop) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(processor, &only);
  pthread_setaffinity_np(pthread_self(), sizeof only,
                         &only);  // where it may not be there, it watches another
  for (auto before = Clock::now(); !stop.stop_requested();) {
    std::this_thread::sleep_for(kNap);
    const auto now = Clock::now();
    if (now - before > kNap + kStall) latest_ = now.time_since_epoch().count();
    before = now;
  }
}

const Stalls& stalls() {
  static const Stalls all;
  return all;
}

}  // namespace pinhole::test::differential
