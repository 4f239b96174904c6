// How long to wait on a machine that may be slower than others: an emulated one, a busy one.
#pragma once

#include <chrono>
#include <cstdlib>

namespace pinhole::test {

/// `limit`, $PINHOLE_PATIENCE times if that is set.
inline std::chrono::milliseconds patiently(std::chrono::milliseconds limit) {
  static const int times = [] {
    const char* given = std::getenv("PINHOLE_PATIENCE");
    const int number = given != nullptr ? std::atoi(given) : 1;
    return number > 0 ? number : 1;
  }();
  return limit * times;
}

}  // namespace pinhole::test
