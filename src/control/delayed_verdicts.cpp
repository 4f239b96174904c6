#include "control/delayed_verdicts.hpp"

#include <algorithm>

namespace pinhole::control {

bool DelayedVerdicts::has_room(const net::IpAddress& client, std::size_t bytes) const {
  return packets_ < limits_.waiting_packets && bytes_ + bytes <= limits_.waiting_bytes &&
         clients_.count(client) < std::max<std::size_t>(limits_.waiting_packets / 4, 1);
}

DelayedPacket DelayedVerdicts::keep(const Arrival& arrival, const net::IpAddress& client) {
  const auto bytes = arrival.segment.packet();
  DelayedPacket packet{arrival.id, client, {bytes.begin(), bytes.end()}, arrival.changed};
  clients_.add(client);
  ++packets_;
  bytes_ += bytes.size();
  return packet;
}

void DelayedVerdicts::leave(const DelayedPacket& packet) {
  clients_.remove(packet.client);
  --packets_;
  bytes_ -= packet.bytes.size();
}

void DelayedVerdicts::give(const DelayedPacket& packet, const Fate& fate) {
  if (fate.kind() != Fate::Kind::accept) return conclude(packet.id, fate, sink_);
  const auto reason = fate.reason() == alg::Reason::passed ? alg::Reason::held : fate.reason();
  conclude(packet.id, packet.changed ? Fate::replace(reason, packet.bytes) : Fate::accept(reason), sink_);
}

bool DelayedVerdicts::fail(const DelayedPacket& packet) {
  return sink_.fail(packet.id, Reason::internal_error);
}

void DelayedVerdicts::drop(const DelayedPacket& packet, alg::Reason why) {
  leave(packet);
  conclude(packet.id, Fate::drop(why), sink_);
}

}  // namespace pinhole::control
