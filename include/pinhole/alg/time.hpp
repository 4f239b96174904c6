// Time as the edge gives it: monotonic for the kernel's, the capture's own for a replay.
#pragma once

#include <chrono>

namespace pinhole::alg {

using Time = std::chrono::nanoseconds;

}  // namespace pinhole::alg
