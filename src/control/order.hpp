// order: packets that cannot be heard yet wait, and everything that waits leaves in order.
#pragma once

#include "control/arrival.hpp"
#include "control/delayed_verdicts.hpp"
#include "control/fate.hpp"
#include "control/session.hpp"

namespace pinhole::control {

/// Of a packet behind a gap.
Fate hold(Session& session, const Arrival& arrival, const alg::Limits& limits, DelayedVerdicts& delayed);

/// Of a packet of which nothing leaves yet: it takes the place of the one parked before.
Fate park(Session& session, const Arrival& arrival, DelayedVerdicts& delayed);

/// A FIN says that there will be no more of the line that waits.
bool ends_line(const Channel& channel, const Arrival& arrival);
/// Its FIN is in order: its sender will say no more.
bool is_last(const Channel& channel, const Arrival& arrival);

/// Drops the parked packet of one side, if there is one.
void drop_parked(Channel& channel, Reason why, DelayedVerdicts& delayed);

/// Drops whatever waits.
void drop_waiting(Session& session, Reason why, DelayedVerdicts& delayed);

/// A packet that waited has an old clock, which the receiver would take for a duplicate from the past, or
/// echo: then the sender would measure a round trip as long as the wait (RFC 7323 sections 5 and 4.3).
void restamp(const Channel& channel, DelayedPacket& packet);

}  // namespace pinhole::control
