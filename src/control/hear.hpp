// read, hear: what a packet's new bytes say, line by line, and what becomes of each line.
//
// Every byte is passed, replaced or acknowledged locally here, once. A line that the tracker fails at is
// taken back: TCP brings it again, and it is heard once.
#pragma once

#include <optional>
#include <span>

#include "control/arrival.hpp"
#include "control/negotiator.hpp"
#include "control/session.hpp"

namespace pinhole::control {

/// What hearing a packet's new bytes did to it.
struct Hearing {
  bool edited = false;
  bool acknowledging = false;
  bool gave_up = false;           ///< a line that waited for its end
  std::optional<Reason> reset{};  ///< the session ends here
};

/// False if the packet's new bytes, behind the first `skip`, cannot be heard now: TCP will send them again.
bool admit(Session& session, const Arrival& arrival, std::size_t skip);

/// `bytes` are those of the packet that were not heard before.
Hearing hear(Session& session, const Arrival& arrival, std::span<const std::uint8_t> bytes,
             const DelayedVerdicts& delayed, Negotiator& negotiator, alg::Observer& observer);

/// Whether a line of `sender` that begins so may have to name another endpoint.
bool may_edit(const Session& session, Side sender, std::string_view begin);

/// The packet went on although it could not be judged: what it said is lost (control/missed).
void pass_unheard(Session& session, const Arrival& arrival);

}  // namespace pinhole::control
