#include "control/order.hpp"

#include "control/filter.hpp"
#include "pinhole/net/packet_edit.hpp"

namespace pinhole::control {

Fate hold(Session& session, const Arrival& arrival, const alg::Limits& limits, DelayedVerdicts& delayed) {
  auto& channel = session.channel(arrival.sender);
  const auto& client = session.nat.client.address;
  // Of what is not FTP nothing is judged, so nothing need wait: only edits made before have to stay in place.
  if (!is_judged(session, arrival.sender) && channel.stream.is_plain(arrival.segment.seq())) {
    return Fate::accept(Reason::passed);
  }
  if (channel.waiting.held() == limits.held_packets ||
      !delayed.has_room(client, arrival.segment.packet().size())) {
    return Fate::drop(Reason::hold_overflow);
  }
  channel.waiting.hold(delayed.keep(arrival, client));
  return Fate::keep();
}

Fate park(Session& session, const Arrival& arrival, DelayedVerdicts& delayed) {
  auto& channel = session.channel(arrival.sender);
  const auto& client = session.nat.client.address;
  // A shorter repetition could not carry what was acknowledged behind its end.
  const auto* parked = channel.waiting.parked();
  if (parked != nullptr && parked->segment().payload_end() > arrival.segment.payload_end()) {
    return Fate::drop(Reason::acknowledged_locally);
  }
  drop_parked(channel, Reason::acknowledged_locally, delayed);
  if (!delayed.has_room(client, arrival.segment.packet().size()))
    return Fate::drop(Reason::acknowledged_locally);
  channel.waiting.park(delayed.keep(arrival, client));
  return Fate::keep();
}

bool ends_line(const Channel& channel, const Arrival& arrival) {
  const auto& segment = arrival.segment;
  return segment.fin() && segment.payload().empty() && segment.seq() == channel.stream.heard() &&
         channel.stream.acknowledged_locally() > 0;
}

bool is_last(const Channel& channel, const Arrival& arrival) {
  return arrival.segment.fin() && arrival.segment.payload_end() == channel.stream.heard();
}

void drop_parked(Channel& channel, Reason why, DelayedVerdicts& delayed) {
  if (const auto parked = channel.waiting.take_parked()) delayed.drop(*parked, why);
}

void drop_waiting(Session& session, Reason why, DelayedVerdicts& delayed) {
  for (const auto side : {Side::client, Side::server}) {
    auto& channel = session.channel(side);
    drop_parked(channel, why, delayed);
    for (const auto& held : channel.waiting.take_held()) delayed.drop(held, why);
  }
}

void restamp(const Channel& channel, DelayedPacket& packet) {
  const auto& clock = channel.advertised.clock;
  if (clock && net::restamp(packet.bytes, *clock)) packet.changed = true;
}

}  // namespace pinhole::control
