// order: what a packet's bytes are to the stream: new, repeated, or behind a gap.

#include <utility>

#include "alg/commands.hpp"
#include "alg/gateway_impl.hpp"
#include "pinhole/net/packet_edit.hpp"

namespace pinhole::alg {

using Position = stream::Reassembler::Position;
using Action = Verdict::Action;

namespace {

/// Packets may overtake one another; the sender's clock wraps.
bool is_older(const net::TcpTimestamps& stamps, const std::optional<net::TcpTimestamps>& than) {
  return than && static_cast<std::int32_t>(stamps.value - than->value) < 0;
}

}  // namespace

void Gateway::Impl::walk(Flow& flow, const Arrival& arrival) {
  const auto& segment = arrival.segment;
  auto& direction = flow.direction(arrival.sender);
  const auto placement = direction.order.place(segment.seq(), segment.payload().size());
  if (placement.position == Position::wild) return verdict(arrival.id, Action::drop, Reason::out_of_window);
  if (flow.cut) return turn_away(arrival);
  flow.last_seen = now_;
  if (segment.has_ack()) flow.direction(other(arrival.sender)).rewriter.acknowledge(segment.ack());
  if (segment.rst()) return reset(flow, arrival);
  if (segment.syn()) return verdict(arrival.id, Action::accept, Reason::passed);

  flow.spoken = flow.spoken || !segment.payload().empty();
  direction.window = segment.window();  // a SYN's is not scaled
  if (const auto now = segment.timestamps(); now && !is_older(*now, direction.clock)) direction.clock = now;
  if (placement.position == Position::gap) return hold(flow, arrival);
  in_order(flow, arrival, placement);
  if (!direction.held.empty()) release_held(flow, arrival.sender);
}

/// A receiver believes no RST but one with the number that it waits for (RFC 5961 section 3.2). Where all
/// that it has came by here in order, one from behind a gap ends nothing: the receiver asks, and a sender
/// that means it repeats its RST with the right number. What was absorbed never reaches the receiver: there
/// the number must be another one.
void Gateway::Impl::reset(Flow& flow, const Arrival& arrival) {
  const auto& direction = flow.direction(arrival.sender);
  const net::Seq end = direction.order.next() + (direction.fin ? 1 : 0);
  const bool complete = !flow.from_middle && flow.session.state() != ftp::Session::State::foreign;
  if (complete && arrival.segment.seq() - end > 0) return verdict(arrival.id, Action::accept, Reason::passed);
  const bool in_mid_line = direction.absorbed() > 0 && arrival.segment.seq() == direction.order.next();
  close(flow, Reason::session_ended);
  drop_waiting(flow, Reason::session_ended);
  if (!in_mid_line) return verdict(arrival.id, Action::accept, Reason::passed);
  net::rebuild(arrival.segment, direction.rewriter.next(), {}, false, packet_);
  edge_.verdict(arrival.id, {Action::replace, Reason::rewritten, packet_});
}

void Gateway::Impl::in_order(Flow& flow, const Arrival& arrival, stream::Reassembler::Placement placement) {
  const auto& segment = arrival.segment;
  auto& direction = flow.direction(arrival.sender);
  const auto end = direction.order.next();
  if (segment.fin() && segment.payload().empty() && segment.seq() == end && direction.absorbed() > 0) {
    leave_unfinished(flow, arrival.sender, {}, false);  // there will be no more of the line
  }
  if (placement.position == Position::fresh) {
    fresh(flow, arrival, placement.skip);
  } else {
    repeated(flow, arrival);
  }
  if (direction.carrier && direction.absorbed() == 0) drop_carrier(direction, Reason::absorbed);
  if (segment.fin() && segment.payload_end() == direction.order.next()) heard_fin(flow, arrival.sender);
}

void Gateway::Impl::heard_fin(Flow& flow, Side sender) {
  negotiator_.withdraw(flow, Reason::session_ended);
  flow.direction(sender).fin = true;
  if (flow.direction(other(sender)).fin) close(flow, Reason::session_ended);
}

void Gateway::Impl::hold(Flow& flow, const Arrival& arrival) {
  auto& direction = flow.direction(arrival.sender);
  const auto bytes = arrival.segment.packet();
  // Of what is not FTP nothing is judged, so nothing need wait: only edits made before have to stay in place.
  if (flow.session.state() == ftp::Session::State::foreign &&
      (arrival.sender == Side::server || !filters_commands(*flow.policy)) &&
      direction.rewriter.is_plain(arrival.segment.seq())) {
    return verdict(arrival.id, Action::accept, Reason::passed);
  }
  if (direction.held.size() == limits_.held_packets ||
      !waiting_.has_room(flow.view.client.address, bytes.size())) {
    return verdict(arrival.id, Action::drop, Reason::hold_overflow);
  }
  direction.held.push_back(waiting_.enter(arrival.id, flow.view.client.address, bytes));
}

void Gateway::Impl::release_held(Flow& flow, Side sender) {
  auto& direction = flow.direction(sender);
  for (std::size_t i = 0; i < direction.held.size();) {
    const auto parsed = net::TcpSegment::parse(direction.held[i].bytes);
    const auto& segment = std::get<net::TcpSegment>(parsed);
    const auto placement = direction.order.place(segment.seq(), segment.payload().size());
    if (placement.position == Position::gap) {
      ++i;
      continue;
    }
    WaitingPacket held = std::move(direction.held[i]);  // the segment's bytes move with it
    direction.held.erase(direction.held.begin() + static_cast<std::ptrdiff_t>(i));
    waiting_.leave(held);
    const Release release(*this, direction, held);
    in_order(flow, {held.id, segment, sender}, placement);
    i = 0;  // what waited behind this one may be next
  }
}

/// A packet that waited has an old clock, which the receiver would take for a duplicate from the past, or
/// echo: then the sender would measure a round trip as long as the wait (RFC 7323 sections 5 and 4.3).
bool Gateway::Impl::restamp(const Direction& direction, WaitingPacket& packet) {
  return direction.clock && net::restamp(packet.bytes, *direction.clock);
}

void Gateway::Impl::drop_waiting(Flow& flow, Reason why) {
  for (auto& direction : flow.directions) {
    drop_carrier(direction, why);
    for (const auto& held : std::exchange(direction.held, {})) {
      waiting_.leave(held);
      verdict(held.id, Action::drop, why);
    }
  }
}

}  // namespace pinhole::alg
