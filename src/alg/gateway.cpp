// look, place: a packet finds its flow.

#include "pinhole/alg/gateway.hpp"

#include <system_error>
#include <utility>

#include "alg/gateway_impl.hpp"

namespace pinhole::alg {

using Position = stream::Reassembler::Position;
using Action = Verdict::Action;

/// How often a session's data connection is looked for while a transfer lasts. Conntrack's timeout of an
/// established connection would have to be shorter than this to strike.
constexpr std::chrono::seconds kKeepAlive{10};

constexpr std::chrono::seconds kAudit{60};

Gateway::Gateway(Policies policies, Limits limits, Tracker& tracker, Edge& edge)
    : impl_(std::make_unique<Impl>(std::move(policies), limits, tracker, edge)) {}
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

Gateway::Impl::Impl(Policies policies, Limits limits, Tracker& tracker, Edge& edge)
    : policies_(std::move(policies)),
      limits_(limits),
      tracker_(tracker),
      edge_(edge),
      negotiator_(limits_, tracker, edge),
      waiting_(limits_) {
  limits_.absorbed = std::min(limits_.absorbed, limits_.line);  // what is absorbed must be known
}

Gateway::Impl::~Impl() {
  for (auto* flows : {&flows_, &ended_}) {
    while (!flows->empty()) {
      try {
        forget(flows->begin());
      } catch (const std::system_error&) {
        // The tracker failed to withdraw its pinhole, which ends with its timeout then.
      }
    }
  }
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
    const bool again = place.flow->closed && segment.syn() && segment.has_ack();
    if (!view || view->id != place.flow->view.id || again) {
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

  const auto view = tracker_.lookup(key);
  if (!view) return pass(Reason::unknown_connection);

  const Side sender = key == view->key(Side::client) ? Side::client : Side::server;
  const Policy& policy = policies_.of(*view);
  if (flows_.size() + ended_.size() >= limits_.flows && !ended_.empty()) forget(ended_.begin());
  if (is_too_many(*view, policy, {id, segment, sender})) return std::nullopt;
  // Conntrack may have given one of its tuples to this connection before its old one was forgotten here.
  for (const Side side : {Side::client, Side::server}) {
    const auto old = places_.find(view->key(side));
    if (old != places_.end()) forget(old->second.flow);
  }
  flows_.emplace_front(*view, sender, segment, policy, limits_);
  clients_.add(view->client.address);
  places_[view->key(Side::client)] = {flows_.begin(), Side::client};
  places_[view->key(Side::server)] = {flows_.begin(), Side::server};
  // Without its SYN or SYN-ACK; should a greeting come, it was the beginning nevertheless.
  if (!segment.syn()) {
    Flow& flow = flows_.front();
    flow.from_middle = flow.direction(Side::client).line_cut = true;
    if (policy.mid_stream == MidStream::pick_up) flow.session.pick_up();
  }
  edge_.flow_began(*view);
  return Place{flows_.begin(), sender};
}

void Gateway::Impl::close(Flow& flow, Reason why) {
  negotiator_.withdraw(flow, why);
  if (std::exchange(flow.closed, true)) return;
  clients_.remove(flow.view.client.address);
  ended_.splice(ended_.end(), flows_, places_.at(flow.view.key(Side::client)).flow);
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
  return ended_.erase(flow);
}

void Gateway::Impl::tick(Time now) {
  now_ = now;
  keep_alive();
  for (auto next = flows_.begin(); next != flows_.end();) {
    const auto flow = next++;
    give_up_late_lines(*flow);
    // One side has left and the other does not answer, or none has said anything: there may be nobody.
    const bool alive = flow->spoken && !flow->ending();
    const Time patience = alive ? flow->policy->control_idle : limits_.flow_linger;
    if (now - flow->last_seen > patience) forget(flow);
  }
  for (auto next = ended_.begin(); next != ended_.end();) {
    const auto flow = next++;
    if (!flow->cut) give_up_late_lines(*flow);
    if (now - flow->last_seen > limits_.flow_linger) forget(flow);
  }
  if (now < next_audit_) return;
  next_audit_ = now + kAudit;
  audit();
}

void Gateway::Impl::give_up_late_lines(Flow& flow) {
  for (const Side sender : {Side::client, Side::server}) {
    const auto& direction = flow.direction(sender);
    if (direction.absorbed() == 0 || now_ - direction.absorbing_since <= flow.policy->line_timeout) continue;
    give_up(flow, sender);
  }
}

/// While data are on their way, the control connection says nothing, for hours perhaps. To find a data
/// connection is dear, so only one is sought a turn, that which waits longest; to find it again is not.
void Gateway::Impl::keep_alive() {
  Flow* sought = nullptr;
  for (auto& flow : flows_) {
    if (!flow.pinhole || flow.data == DataConnection::gone || !flow.session.transferring()) continue;
    if (now_ - flow.asked_for() < kKeepAlive) continue;
    if (flow.data == DataConnection::there) {
      keep_alive(flow);
    } else if (sought == nullptr || flow.asked_for() < sought->asked_for()) {
      sought = &flow;
    }
  }
  if (sought != nullptr) keep_alive(*sought);
}

void Gateway::Impl::keep_alive(Flow& flow) {
  flow.kept_alive = now_;
  const bool search = flow.data == DataConnection::unknown;
  const bool there = tracker_.keep_alive(flow.view, *flow.pinhole, search);
  flow.data = there ? DataConnection::there : DataConnection::gone;
  if (there) flow.last_seen = now_;
}

/// What is open for our flows and should not be, whatever the cause, is closed.
void Gateway::Impl::audit() {
  for (const auto& listed : tracker_.list()) {
    const auto place = places_.find(listed.master);
    if (place == places_.end()) continue;
    const Flow& flow = *place->second.flow;
    if (flow.pinhole && flow.pinhole->from == listed.from && flow.pinhole->to == listed.to) continue;
    Pinhole stray;
    stray.opener = listed.from == flow.view.client.address ? Side::client : Side::server;
    stray.from = listed.from;
    stray.to = stray.forward_to = listed.to;
    tracker_.close(flow.view, stray);
    edge_.pinhole_closed(flow.view, stray, Reason::stray);
  }
}

Usage Gateway::Impl::usage() const {
  Usage usage{flows_.size() + ended_.size(), waiting_.packets(), waiting_.bytes(), 0};
  for (const auto* flows : {&flows_, &ended_}) {
    for (const auto& flow : *flows) {
      for (const auto& direction : flow.directions) {
        usage.remembered_bytes += direction.rewriter.backlog() + direction.lines.pending().size();
      }
    }
  }
  return usage;
}

}  // namespace pinhole::alg
