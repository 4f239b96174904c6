// Lines that are not whole yet: acknowledged locally while they may need an edit, and given up when nothing
// more comes.
#pragma once

#include <span>

#include "control/arrival.hpp"
#include "control/hear.hpp"
#include "control/session.hpp"

namespace pinhole::control {

/// `piece`, the last of the packet's new bytes, does not end its line.
void hear_beginning(Session& session, const Arrival& arrival, std::span<const std::uint8_t> piece,
                    Hearing& hearing, const DelayedVerdicts& delayed, alg::Observer& observer);

/// Nobody waits for the rest of the line any longer: what was acknowledged of it may leave.
void give_up_line(Session& session, Side sender);

/// There will be no more of the line: what was acknowledged leaves as it came.
void finish_line(Session& session, Side sender);

}  // namespace pinhole::control
