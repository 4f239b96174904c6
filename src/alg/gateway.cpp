// look, place: a packet finds its flow.

#include "pinhole/alg/gateway.hpp"

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
Usage Gateway::usage() const {
  return impl_->usage();
}

Gateway::Impl::Impl(Policy policy, Limits limits, Tracker& tracker, Edge& edge)
    : policy_(std::move(policy)),
      limits_(limits),
      tracker_(tracker),
      edge_(edge),
      negotiator_(policy_, limits_, tracker, edge),
      waiting_(limits_) {
  limits_.absorbed = std::min(limits_.absorbed, limits_.line);  // what is absorbed must be known
}

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
  // Without its SYN or SYN-ACK; should a greeting come, it was the beginning nevertheless.
  if (!segment.syn() && policy_.mid_stream == MidStream::pick_up) flows_.front().session.pick_up();
  edge_.flow_began(*view);
  return Place{flows_.begin(), sender};
}

void Gateway::Impl::close(Flow& flow, Reason why) {
  negotiator_.withdraw(flow, why);
  if (std::exchange(flow.closed, true)) return;
  edge_.flow_ended(flow.view, why);
}

Gateway::Impl::Flows::iterator Gateway::Impl::forget(Flows::iterator flow) {
  for (const Side sender : {Side::client, Side::server}) {
    if (flow->direction(sender).carrier) give_up(*flow, sender);
  }
  close(*flow, Reason::idle);
  drop_waiting(*flow, Reason::session_ended);
  places_.erase(flow->view.key(Side::client));
  places_.erase(flow->view.key(Side::server));
  return flows_.erase(flow);
}

void Gateway::Impl::tick(Time now) {
  now_ = now;
  for (auto flow = flows_.begin(); flow != flows_.end();) {
    for (const Side sender : {Side::client, Side::server}) {
      const auto& direction = flow->direction(sender);
      if (direction.absorbed() == 0 || now - direction.absorbing_since <= policy_.line_timeout) continue;
      give_up(*flow, sender);
    }
    const Time limit = flow->closed ? Time(limits_.flow_linger) : Time(limits_.flow_idle);
    flow = now - flow->last_seen > limit ? forget(flow) : std::next(flow);
  }
}

Usage Gateway::Impl::usage() const {
  Usage usage{flows_.size(), waiting_.packets(), waiting_.bytes(), 0};
  for (const auto& flow : flows_) {
    for (const auto& direction : flow.directions) {
      usage.remembered_bytes += direction.rewriter.backlog() + direction.lines.pending().size();
    }
  }
  return usage;
}

}  // namespace pinhole::alg
