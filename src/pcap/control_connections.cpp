#include "pcap/control_connections.hpp"

#include <utility>

namespace pinhole::pcap {

using alg::Side;

ControlConnections::ControlConnections(alg::Policy policy, alg::Limits limits, ReplayTracker& tracker,
                                       Outlet& outlet, Report& report)
    : tracker_(tracker),
      outlet_(outlet),
      report_(report),
      gateway_(std::make_unique<alg::Gateway>(std::move(policy), limits, tracker,
                                              static_cast<alg::Edge&>(*this))) {}

ControlConnections::~ControlConnections() = default;

std::optional<ControlConnections::Place> ControlConnections::place(const Captured& captured) {
  const auto found = by_captured_key_.find(captured.key);
  if (found != by_captured_key_.end()) {
    const auto& connection = connections_[found->second.flow];
    const bool reopened = captured.is_opening() && found->second.sender == Side::client &&
                          (!connection.opened || connection.initial != captured.segment.seq());
    return reopened ? begin(captured, Side::client) : found->second;
  }
  const bool to_server = tracker_.is_control_port(captured.key.destination.port);
  const bool from_server = tracker_.is_control_port(captured.key.source.port);
  if (captured.segment.rst()) return std::nullopt;  // nothing will follow
  if (captured.segment.syn()) {
    const bool by_client = !captured.segment.has_ack();
    if (by_client ? !to_server : !from_server) return std::nullopt;
    return begin(captured, by_client ? Side::client : Side::server);
  }
  if (!to_server && !from_server) return std::nullopt;
  return begin(captured, to_server ? Side::client : Side::server);
}

ControlConnections::Place ControlConnections::begin(const Captured& captured, Side sender) {
  const bool by_client = sender == Side::client;
  const auto& client = by_client ? captured.key.source : captured.key.destination;
  const auto& server = by_client ? captured.key.destination : captured.key.source;
  const auto& view = tracker_.begin(client, server);
  by_captured_key_[{client, server}] = {view.id, Side::client};
  by_captured_key_[{server, client}] = {view.id, Side::server};
  connections_.push_back({captured.segment.seq(), captured.is_opening(), false, {}});
  report_.flows.push_back({view, captured.frame, std::nullopt, std::nullopt});
  return {view.id, sender};
}

void ControlConnections::play(const Captured& captured, const Place& place, alg::Time now) {
  auto& connection = connections_[place.flow];
  const auto& segment = captured.segment;
  current_.flow = place.flow;
  current_.sender = place.sender;
  current_.place = captured.place;
  current_.link_header.assign(captured.link_header.begin(), captured.link_header.end());
  current_.packet.assign(segment.packet().begin(), segment.packet().end());
  current_.missing = captured.missing;
  current_.held_back =
      connection.far_side.to_hook(current_.packet, tracker_.connection(place.flow), place.sender);

  if (captured.missing > 0 && !connection.blind) {
    connection.blind = true;
    report_.flows[place.flow].blind_since = captured.frame;
  }
  const bool stays_in_kernel =
      segment.syn() || (segment.payload().empty() && !segment.fin() && !segment.rst());
  if (stays_in_kernel || connection.blind) {
    far_.assign(current_.packet.begin(), current_.packet.end());
    send(current_);
    return;
  }
  current_id_ = captured.frame;
  gateway_->packet(current_id_, current_.packet, now);
  if (current_id_ != 0) held_.emplace(std::exchange(current_id_, 0), std::exchange(current_, {}));
}

void ControlConnections::finish() {
  gateway_.reset();
  held_.clear();
}

void ControlConnections::send(const Waiting& waiting) {
  auto& far_side = connections_[waiting.flow].far_side;
  const auto& view = tracker_.connection(waiting.flow);
  if (!far_side.to_far(far_, view, waiting.sender, waiting.held_back)) return;
  outlet_.send(waiting.place, waiting.link_header, far_, waiting.missing);
}

void ControlConnections::verdict(alg::PacketId id, const alg::Verdict& verdict) {
  const bool is_current = id == current_id_;
  const auto held = held_.find(id);
  if (!is_current && held == held_.end()) return;  // no packet of ours
  Waiting& waiting = is_current ? current_ : held->second;
  switch (verdict.action) {
    case alg::Verdict::Action::accept:
      far_.assign(waiting.packet.begin(), waiting.packet.end());  // the gateway may still read the original
      send(waiting);
      break;
    case alg::Verdict::Action::replace:
      far_.assign(verdict.packet.begin(), verdict.packet.end());
      send(waiting);
      break;
    case alg::Verdict::Action::drop:
      break;
  }
  if (is_current) {
    current_id_ = 0;
  } else {
    held_.erase(held);
  }
}

// In a capture nobody is there to hear it.
void ControlConnections::send_back(alg::PacketId, std::span<const std::uint8_t>) {}

void ControlConnections::flow_began(const alg::NatView&) {}

void ControlConnections::negotiated(const alg::NatView& flow, const alg::Negotiation& negotiation) {
  report_.negotiations.push_back({flow.id, negotiation.packet, negotiation.form, negotiation.announced,
                                  negotiation.rewritten, negotiation.decision, negotiation.reason,
                                  negotiation.pinhole, std::nullopt});
}

// Data connections that come too late are told why by the tracker.
void ControlConnections::pinhole_closed(const alg::NatView&, const alg::Pinhole&, alg::Reason) {}

void ControlConnections::flow_foreign(const alg::NatView& flow, alg::Reason why) {
  report_.flows[flow.id].foreign = why;
}

void ControlConnections::flow_ended(const alg::NatView&, alg::Reason) {}

}  // namespace pinhole::pcap
