// look, place, order: a packet finds its flow and its place in the stream. hearing.cpp has the rest.

#include "pinhole/alg/gateway.hpp"

#include <algorithm>
#include <utility>

#include "alg/gateway_impl.hpp"

namespace pinhole::alg {

using Position = stream::Reassembler::Position;
using Action = Verdict::Action;

Gateway::Gateway(Policy policy, Limits limits, Tracker& tracker, Edge& edge)
    : impl_(std::make_unique<Impl>(std::move(policy), limits, tracker, edge)) {}
Gateway::~Gateway() = default;
void Gateway::packet(PacketId id, std::span<const std::uint8_t> bytes, Time now) {
  impl_->packet(id, bytes, now);
}
void Gateway::tick(Time now) {
  impl_->tick(now);
}
std::size_t Gateway::flow_count() const {
  return impl_->flow_count();
}

Gateway::Impl::Impl(Policy policy, Limits limits, Tracker& tracker, Edge& edge)
    : policy_(std::move(policy)),
      limits_(limits),
      tracker_(tracker),
      edge_(edge),
      negotiator_(policy_, limits_, tracker, edge) {}

Gateway::Impl::~Impl() {
  while (!flows_.empty()) forget(flows_.begin());
}

void Gateway::Impl::packet(PacketId id, std::span<const std::uint8_t> bytes, Time now) {
  now_ = now;
  const auto parsed = net::TcpSegment::parse(bytes);
  if (const auto* error = std::get_if<net::SegmentError>(&parsed)) {
    const bool fragment = *error == net::SegmentError::fragment;
    return verdict(id, Action::drop, fragment ? Reason::fragment : Reason::not_a_segment);
  }
  const auto& segment = std::get<net::TcpSegment>(parsed);
  if (const auto found = place(id, segment)) walk(*found->flow, {id, segment, found->sender});
}

std::optional<Gateway::Impl::Place> Gateway::Impl::place(PacketId id, const net::TcpSegment& segment) {
  const auto key = net::FlowKey::of(segment);
  const auto known = places_.find(key);
  if (known == places_.end()) return begin_flow(id, segment, key);
  const Place place = known->second;
  if (may_be_another(*place.flow, place.sender, segment)) {
    const auto view = tracker_.lookup(key);
    if (!view || view->id != place.flow->view.id) {
      forget(place.flow);
      return begin_flow(id, segment, key);
    }
  }
  return place;
}

/// A flow's addresses may have been taken over by a new connection, whose handshake we need not have seen.
bool Gateway::Impl::may_be_another(Flow& flow, Side sender, const net::TcpSegment& segment) const {
  if (segment.rst()) return false;
  const auto placement = flow.direction(sender).order.place(segment.seq(), segment.payload().size());
  return segment.syn() || placement.position == Position::wild || flow.closed;
}

std::optional<Gateway::Impl::Place> Gateway::Impl::begin_flow(PacketId id, const net::TcpSegment& segment,
                                                              const net::FlowKey& key) {
  const auto pass = [&](Reason reason) {
    verdict(id, Action::accept, reason);
    return std::nullopt;
  };
  // Nothing can be learned from these, and the next packet will do.
  if (segment.rst() || !segment.has_ack()) return pass(Reason::passed);
  if (flows_.size() >= limits_.flows) return pass(Reason::too_many_flows);
  const auto view = tracker_.lookup(key);
  if (!view) return pass(Reason::unknown_connection);

  const Side sender = key == view->key(Side::client) ? Side::client : Side::server;
  flows_.emplace_front(*view, sender, segment, limits_);
  places_[view->key(Side::client)] = {flows_.begin(), Side::client};
  places_[view->key(Side::server)] = {flows_.begin(), Side::server};
  edge_.flow_began(*view);
  return Place{flows_.begin(), sender};
}

void Gateway::Impl::walk(Flow& flow, const Arrival& arrival) {
  const auto& segment = arrival.segment;
  auto& direction = flow.direction(arrival.sender);
  flow.last_seen = now_;
  direction.window = segment.window();
  if (segment.has_ack()) flow.direction(other(arrival.sender)).rewriter.acknowledge(segment.ack());
  if (segment.rst()) {
    close(flow, Reason::session_ended);
    return verdict(arrival.id, Action::accept, Reason::passed);
  }
  if (segment.syn()) return verdict(arrival.id, Action::accept, Reason::passed);

  const auto placement = direction.order.place(segment.seq(), segment.payload().size());
  if (placement.position == Position::wild) return verdict(arrival.id, Action::drop, Reason::out_of_window);
  if (placement.position == Position::gap) return hold(flow, arrival);
  in_order(flow, arrival, placement);
  if (!direction.held.empty()) release_held(flow, arrival.sender);
}

void Gateway::Impl::in_order(Flow& flow, const Arrival& arrival, stream::Reassembler::Placement placement) {
  if (placement.position == Position::fresh) {
    fresh(flow, arrival, placement.skip);
  } else {
    repeated(flow, arrival);
  }
  auto& direction = flow.direction(arrival.sender);
  if (arrival.segment.fin() && arrival.segment.payload_end() == direction.order.next()) {
    heard_fin(flow, arrival.sender);
  }
}

void Gateway::Impl::hold(Flow& flow, const Arrival& arrival) {
  auto& direction = flow.direction(arrival.sender);
  const auto bytes = arrival.segment.packet();
  // Of what is not FTP nothing is judged, so nothing need wait: only edits made before have to stay in place.
  if (flow.session.state() == ftp::Session::State::foreign &&
      direction.rewriter.is_plain(arrival.segment.seq())) {
    return verdict(arrival.id, Action::accept, Reason::passed);
  }
  if (direction.held.size() == limits_.held_packets || held_bytes_ + bytes.size() > limits_.held_bytes) {
    return verdict(arrival.id, Action::drop, Reason::hold_overflow);
  }
  held_bytes_ += bytes.size();
  direction.held.push_back({arrival.id, {bytes.begin(), bytes.end()}});
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
    const HeldPacket held = std::move(direction.held[i]);  // the segment's bytes move with it
    direction.held.erase(direction.held.begin() + static_cast<std::ptrdiff_t>(i));
    held_bytes_ -= held.bytes.size();
    in_order(flow, {held.id, segment, sender}, placement);
    i = 0;  // what waited behind this one may be next
  }
}

void Gateway::Impl::heard_fin(Flow& flow, Side sender) {
  negotiator_.withdraw(flow, Reason::session_ended);
  flow.direction(sender).fin = true;
  if (flow.direction(other(sender)).fin) close(flow, Reason::session_ended);
}

void Gateway::Impl::close(Flow& flow, Reason why) {
  negotiator_.withdraw(flow, why);
  if (std::exchange(flow.closed, true)) return;
  edge_.flow_ended(flow.view, why);
}

Gateway::Impl::Flows::iterator Gateway::Impl::forget(Flows::iterator flow) {
  close(*flow, Reason::idle);
  for (auto& direction : flow->directions) {
    for (const auto& held : direction.held) {
      held_bytes_ -= held.bytes.size();
      verdict(held.id, Action::drop, Reason::session_ended);
    }
  }
  places_.erase(flow->view.key(Side::client));
  places_.erase(flow->view.key(Side::server));
  return flows_.erase(flow);
}

void Gateway::Impl::tick(Time now) {
  now_ = now;
  for (auto flow = flows_.begin(); flow != flows_.end();) {
    const Time limit = flow->closed ? Time(limits_.flow_linger) : Time(limits_.flow_idle);
    flow = now - flow->last_seen > limit ? forget(flow) : std::next(flow);
  }
}

}  // namespace pinhole::alg
