// What is said beside transfers, and how it is answered.
#pragma once

#include <vector>

#include "differential/habits.hpp"

namespace pinhole::test::differential {

const std::vector<Exchange>& talks();

}  // namespace pinhole::test::differential
