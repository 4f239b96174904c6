// No test passes by waiting: where a retransmission timer expired for something that was lost, the test
// fails, however long it may take. $PINHOLE_PATIENCE stretches limits, not this.
//
// A test that provokes it says so. What expires while the whole machine stands still
// (support/standstills.hpp) says nothing about Pinhole. A busy machine may make anybody wait: so a test that
// waited is run again, alone, and fails if it waits three times more.
#pragma once

#include <string>

#include "support/lab.hpp"

namespace pinhole::test {

/// From now on the lab's two hosts are watched, until the end of the test that runs.
void watch_waits(const Lab& lab);
/// The lab is about to go.
void forget_waits();

/// In this test TCP has to repeat something, because of `why`.
void expect_waits(const char* why);

/// What this test leaves to be read should it fail.
void remember(const std::string& line);

}  // namespace pinhole::test
