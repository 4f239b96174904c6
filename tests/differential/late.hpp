// Data connections that come late: a fixed few sessions, side by side, as each takes minutes.
//
// The kernel's helper expects a data connection for 300 seconds. Servers come a minute after PORT where their
// port 20 is in TIME_WAIT towards the client's, or more while they erase flash memory; clients dial late.
#pragma once

#include <vector>

#include "differential/trial.hpp"

namespace pinhole::test::differential {

struct LateTrial {
  Plan plan;
  Trial trial;  ///< uncut only
};

/// Throws what a lab does.
std::vector<LateTrial> try_late(Exceptions& exceptions);

}  // namespace pinhole::test::differential
