// look, place: a packet finds its session.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <variant>

#include "control/arrival.hpp"
#include "control/fate.hpp"
#include "control/session_table.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::control {

/// The packet's segment, or what becomes of a packet that has none.
std::variant<net::TcpSegment, Fate> look(std::span<const std::uint8_t> bytes);

/// A session's addresses may have been taken over by another connection, whose handshake we need not have
/// seen: whether the tracker should be asked for a packet that bears them.
bool may_be_another(const SessionTable::Place& place, const net::TcpSegment& segment);

/// The same, knowing what the tracker says.
bool is_another(const Session& session, const net::TcpSegment& segment, const std::optional<alg::View>& now);

/// Why there may be no more sessions of this kind. A session that there may have been before us is not
/// counted for its client.
std::optional<Reason> crowding(const SessionTable& table, const alg::NatView& flow, const alg::Policy& policy,
                               const alg::Limits& limits, bool opening);

/// What becomes of a packet of which the tracker shows no connection: conntrack knows nothing of it, or takes
/// it up in its middle, or has it where the tracker does not see it. `policies` may hold for it.
Fate pass_unknown(const Arrival& arrival, std::span<const std::shared_ptr<const alg::Policy>> policies,
                  Outbox& outbox);

/// What becomes of the first packet of a session that is one too many; its server has not greeted yet, if it
/// is an opening one.
Fate refuse_session(const Arrival& arrival, const alg::Policy& policy, Reason why, Outbox& outbox);

}  // namespace pinhole::control
