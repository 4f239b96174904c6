// What clients say beside negotiations and transfers, and what servers answer.
#pragma once

#include <vector>

#include "differential/habits.hpp"

namespace pinhole::test::differential {

const std::vector<Exchange>& talks();

}  // namespace pinhole::test::differential
