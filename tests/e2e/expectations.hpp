// What conntrack expects in a lab's router: the kernel's own word about pinholes.
#pragma once

#include <string>

#include "support/lab.hpp"

namespace pinhole::test {

/// One line for each expectation, as the kernel prints it. Throws std::runtime_error.
std::string expectations(const Lab& lab);

/// The same once there are none, or after `limit` what there is.
std::string expectations_after(const Lab& lab, Milliseconds limit);

}  // namespace pinhole::test
