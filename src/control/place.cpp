#include "control/place.hpp"

#include <algorithm>

#include "control/filter.hpp"
#include "control/reset.hpp"

namespace pinhole::control {

std::variant<net::TcpSegment, Fate> look(std::span<const std::uint8_t> bytes) {
  const auto parsed = net::TcpSegment::parse(bytes);
  if (const auto* segment = std::get_if<net::TcpSegment>(&parsed)) return *segment;
  const bool fragment = std::get<net::SegmentError>(parsed) == net::SegmentError::fragment;
  return Fate::drop(fragment ? Reason::fragment : Reason::malformed_packet);
}

bool may_be_another(const SessionTable::Place& place, const net::TcpSegment& segment) {
  if (segment.rst()) return false;
  const auto placement =
      place.session->channel(place.sender).stream.place(segment.seq(), segment.payload().size());
  return segment.syn() || placement.position == stream::Reassembler::Position::out_of_window ||
         place.session->life.over();
}

bool is_another(const Session& session, const net::TcpSegment& segment, const std::optional<alg::View>& now) {
  return !now || now->nat.id != session.nat.id || is_begun_anew(session, *now, segment);
}

std::optional<Reason> crowding(const SessionTable& table, const alg::NatView& flow, const alg::Policy& policy,
                               const alg::Limits& limits, bool opening) {
  if (table.open() >= limits.flows) return Reason::session_table_full;
  const auto most = policy.sessions_per_client;
  if (opening && most > 0 && table.open_of(flow.client.address) >= most) return Reason::too_many_sessions;
  return std::nullopt;
}

Fate pass_unknown(const Arrival& arrival, std::span<const std::shared_ptr<const alg::Policy>> policies,
                  Outbox& outbox) {
  // A SYN-ACK is queued only of connections that conntrack has.
  const bool hidden = arrival.entry == alg::Entry::there || arrival.segment.syn();
  const auto why = hidden ? Reason::hidden_connection : Reason::unknown_connection;
  if (arrival.segment.syn()) return Fate::fail(why);
  const auto filters = [](const auto& policy) { return filters_commands(*policy) && !policy->observe; };
  if (arrival.segment.payload().empty()) return Fate::accept(why);
  if (std::ranges::any_of(policies, filters)) {
    return reset_both(arrival, arrival.segment.seq(), why, outbox);
  }
  return hidden ? Fate::fail(why) : Fate::accept(why);
}

Fate refuse_session(const Arrival& arrival, const alg::Policy& policy, Reason why, Outbox& outbox) {
  if (arrival.segment.syn()) return reset_both(arrival, arrival.segment.seq(), why, outbox);
  if (filters_commands(policy)) return Fate::drop(why);
  return Fate::accept(why);  // it may have been there before us
}

}  // namespace pinhole::control
