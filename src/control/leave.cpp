#include "control/leave.hpp"

#include <algorithm>

#include "control/filter.hpp"
#include "control/helper_request.hpp"
#include "control/order.hpp"
#include "control/stray_ends.hpp"
#include "control/urgent.hpp"
#include "pinhole/net/packet_edit.hpp"

namespace pinhole::control {
namespace {

using How = stream::EditedDirection::Departure::How;

/// A local acknowledgment never closes the window: the receiver would open it again with an acknowledgment of
/// less, which the sender ignores.
constexpr std::uint16_t kLeastWindow = 1024;

std::size_t payload_room(const net::TcpSegment& segment) {
  return std::max(segment.packet().size(), kSafePacket) - segment.payload_offset();
}

/// Of whatever lines: a NUL, or a CR that neither ends one nor stands before another.
bool holds_stray_end(std::span<const std::uint8_t> bytes) {
  const auto stray = [](std::uint8_t byte, std::uint8_t next) {
    return byte == '\r' && next != '\r' && next != '\n';
  };
  return std::ranges::find(bytes, 0) != bytes.end() ||
         std::adjacent_find(bytes.begin(), bytes.end(), stray) != bytes.end();
}

/// Nobody may come around the filter by repeating what is not remembered, nor make names of lines with it.
bool may_leave_unknown(const Session& session, const Arrival& arrival) {
  if (arrival.sender == Side::server) return true;
  if (filters_commands(*session.policy)) return false;
  return !refuses_stray_ends(session) || !holds_stray_end(arrival.segment.payload());
}

void rebuild(const net::TcpSegment& segment, const stream::EditedDirection::Departure& departure,
             std::vector<std::uint8_t>& out) {
  net::rebuild(segment, departure.seq, departure.bytes, departure.to_the_end, out);
  if (segment.urg()) settle_urgent(out);  // other bytes may be where the mark was
}

Fate fate_of(const stream::EditedDirection::Departure& departure, Session& session, const Arrival& arrival,
             Reason reason, Outbox& outbox, DelayedVerdicts& delayed) {
  switch (departure.how) {
    case How::as_it_came:
      return Fate::accept(reason == Reason::rewritten ? Reason::passed : reason);
    case How::rendered:
      if (is_helper_request(departure.bytes)) break;
      rebuild(arrival.segment, departure, outbox.onward);
      return Fate::replace(departure.conflict ? Reason::overlap_conflict : reason, outbox.onward);
    case How::unknown_part:
      if (!may_leave_unknown(session, arrival)) break;
      rebuild(arrival.segment, departure, outbox.onward);
      return Fate::replace(Reason::retransmitted, outbox.onward);
    case How::nothing:
      return park(session, arrival, delayed);
    case How::unknown:
      if (may_leave_unknown(session, arrival)) return Fate::accept(Reason::retransmitted);
      break;
    case How::forgotten:
      break;
  }
  return Fate::drop(Reason::unknown_retransmission);
}

/// What waits for its line's end must be acknowledged locally.
Fate with_acknowledgment(const Fate& fate, const Session& session, const Arrival& arrival,
                         std::optional<net::Seq> owed, Outbox& outbox) {
  if (!owed) return fate;
  const auto window = std::max(session.channel(other(arrival.sender)).advertised.window, kLeastWindow);
  const auto& clock = session.channel(arrival.sender).advertised.clock;
  net::build_ack(arrival.segment, *owed, window, clock, outbox.back);
  return fate.answered(alg::Answer::acknowledgment, outbox.back);
}

Fate leave_rendered(Session& session, const Arrival& arrival, Reason reason, Outbox& outbox,
                    DelayedVerdicts& delayed) {
  auto& stream = session.channel(arrival.sender).stream;
  const auto owed = stream.owed_acknowledgment(arrival.piece());
  const auto departure = stream.fresh(arrival.piece(), payload_room(arrival.segment));
  return with_acknowledgment(fate_of(departure, session, arrival, reason, outbox, delayed), session, arrival,
                             owed, outbox);
}

}  // namespace

Before before_hearing(const Channel& channel, std::size_t skip) {
  const auto& stream = channel.stream;
  return {skip == 0 && stream.acknowledged_locally() == 0 && stream.is_plain(stream.heard()), stream.left()};
}

Fate leave(Session& session, const Arrival& arrival, const Before& before, const Hearing& hearing,
           Outbox& outbox, DelayedVerdicts& delayed) {
  if (before.plain && !hearing.edited && !hearing.acknowledging) {
    return Fate::accept(hearing.gave_up ? Reason::unfinished_line : Reason::passed);
  }
  const Reason reason = hearing.gave_up  ? Reason::unfinished_line
                        : hearing.edited ? Reason::rewritten
                                         : Reason::retransmitted;
  return leave_rendered(session, arrival, reason, outbox, delayed);
}

Fate drop_for_retransmit(Session& session, const Arrival& arrival, std::size_t skip, Outbox& outbox,
                         DelayedVerdicts& delayed) {
  if (skip == 0) return Fate::drop(Reason::edit_pending);
  return leave_rendered(session, arrival, Reason::edit_pending, outbox, delayed);
}

Fate repeat(Session& session, const Arrival& arrival, Outbox& outbox, DelayedVerdicts& delayed) {
  auto& stream = session.channel(arrival.sender).stream;
  const bool empty = arrival.segment.payload().empty();
  const auto owed = empty ? std::nullopt : stream.owed_acknowledgment(arrival.piece());
  const auto departure = stream.repeated(arrival.piece(), payload_room(arrival.segment));
  const auto reason = empty && departure.how == How::as_it_came ? Reason::passed : Reason::retransmitted;
  return with_acknowledgment(fate_of(departure, session, arrival, reason, outbox, delayed), session, arrival,
                             owed, outbox);
}

Fate leave_parked(Session& session, const Arrival& arrival, Outbox& outbox, DelayedVerdicts& delayed) {
  return leave_rendered(session, arrival, Reason::unfinished_line, outbox, delayed);
}

}  // namespace pinhole::control
