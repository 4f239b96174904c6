// render: how a packet's bytes leave, the first time and every time they are repeated.
#pragma once

#include "control/arrival.hpp"
#include "control/delayed_verdicts.hpp"
#include "control/fate.hpp"
#include "control/hear.hpp"
#include "control/session.hpp"

namespace pinhole::control {

/// What a packet was before its new bytes were heard.
struct Before {
  bool plain = false;  ///< all of it is new, and nothing need leave with it
  net::Seq awaited;    ///< the byte that the receiver waits for
};
Before before_hearing(const Channel& channel, std::size_t skip);

/// Of a packet with new bytes.
Fate leave(Session& session, const Arrival& arrival, const Before& before, const Hearing& hearing,
           Outbox& outbox, DelayedVerdicts& delayed);

/// Of one whose new bytes could not be heard: only what it repeats, behind its first `skip` bytes nothing.
Fate drop_for_retransmit(Session& session, const Arrival& arrival, std::size_t skip, Outbox& outbox,
                         DelayedVerdicts& delayed);

/// Of one without new bytes.
Fate repeat(Session& session, const Arrival& arrival, Outbox& outbox, DelayedVerdicts& delayed);

/// Of one that was parked, whose line was given up.
Fate leave_parked(Session& session, const Arrival& arrival, Outbox& outbox, DelayedVerdicts& delayed);

}  // namespace pinhole::control
