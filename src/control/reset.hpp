// RSTs: the hosts' own, and those that the gateway sends.
#pragma once

#include "control/arrival.hpp"
#include "control/fate.hpp"
#include "control/session.hpp"

namespace pinhole::control {

/// Whether a RST ends its session. A receiver believes no RST but one with the number that it waits for (RFC
/// 5961 section 3.2). Where all that it has came by here in order, one from behind a gap ends nothing: the
/// receiver asks, and a sender that means it repeats its RST with the right number.
bool ends_session(const Session& session, const Arrival& rst);

/// Of a RST that ends its session: what was acknowledged locally never reaches the receiver, so that its
/// number may have to be another one.
Fate pass_reset(const Session& session, const Arrival& rst, Outbox& outbox);

/// Both ends get a RST with the number that they wait for: the sender's own, and `awaited` of its peer.
Fate reset_both(const Arrival& arrival, net::Seq awaited, Reason why, Outbox& outbox);

/// Of a packet of a session that was reset: its sender may have missed the RST.
Fate turn_away(const Arrival& arrival, Outbox& outbox);

}  // namespace pinhole::control
