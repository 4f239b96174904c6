#include "pcap/control_connections.hpp"

#include <utility>

#include "pinhole/net/packet_edit.hpp"

namespace pinhole::pcap {

using alg::Side;

ControlConnections::ControlConnections(alg::Policies policies, alg::Limits limits, ReplayTracker& tracker,
                                       Outlet& outlet, Report& report)
    : tracker_(tracker),
      outlet_(outlet),
      report_(report),
      gateway_(std::make_unique<gateway::Gateway>(
          std::move(policies), limits,
          gateway::Surroundings{tracker, static_cast<alg::Surveyor&>(*this), static_cast<alg::Sink&>(*this),
                                static_cast<alg::Observer&>(*this)})) {}

ControlConnections::~ControlConnections() = default;

std::optional<ControlConnections::Place> ControlConnections::place(const Captured& captured, alg::Time now) {
  const auto found = by_captured_key_.find(captured.key);
  if (found != by_captured_key_.end()) {
    const auto& known = found->second;
    const auto& connection = connections_[known.flow];
    const bool reopened = captured.is_opening() && known.sender == Side::client &&
                          (!connection.opened || connection.initial != captured.segment.seq());
    return reopened ? begin(captured, Side::client, now) : Place{known.flow, known.sender, known.far};
  }
  const bool to_server = tracker_.is_control_port(captured.key.destination.port);
  const bool from_server = tracker_.is_control_port(captured.key.source.port);
  if (captured.segment.rst()) return std::nullopt;  // nothing will follow
  if (captured.segment.syn()) {
    const bool by_client = !captured.segment.has_ack();
    if (by_client ? !to_server : !from_server) return std::nullopt;
    return begin(captured, by_client ? Side::client : Side::server, now);
  }
  if (!to_server && !from_server) return std::nullopt;
  return begin(captured, to_server ? Side::client : Side::server, now);
}

ControlConnections::Place ControlConnections::begin(const Captured& captured, Side sender, alg::Time now) {
  if (const auto pair = both_sides_.find(captured, sender, now)) return pair_up(*pair, captured, sender);
  const bool by_client = sender == Side::client;
  const auto& client = by_client ? captured.key.source : captured.key.destination;
  const auto& server = by_client ? captured.key.destination : captured.key.source;
  const auto& view = tracker_.begin(client, server, captured.segment.syn());
  by_captured_key_[{client, server}] = {view.id, Side::client};
  by_captured_key_[{server, client}] = {view.id, Side::server};
  auto& connection = connections_.emplace_back();
  connection.initial = captured.segment.seq();
  connection.opened = captured.is_opening();
  report_.flows.push_back({view, captured.frame, captured.time, std::nullopt, {}});
  both_sides_.add(view.id, captured, sender, now);
  return {view.id, sender, false, net::FlowKey{client, server}};
}

/// The side of the hosts that NAT hides is the one to be played: the client's, but for a server that is
/// dialed under another address by clients with their own.
ControlConnections::Place ControlConnections::pair_up(const BothSides::Pair& pair, const Captured& captured,
                                                      Side sender) {
  auto nat = pair.nat;
  const bool by_client = nat.client != nat.seen;
  if (by_client) nat.server = nat.dialed;  // as that side sees it
  const net::FlowKey inner{nat.client, nat.server};
  const net::FlowKey outer{by_client ? pair.nat.seen : pair.nat.client,
                           by_client ? pair.nat.server : pair.nat.dialed};
  const auto flow = pair.flow;
  for (const auto& [key, far] : {std::pair{outer, true}, {inner, false}}) {
    by_captured_key_[key] = {flow, Side::client, far};
    by_captured_key_[{key.destination, key.source}] = {flow, Side::server, far};
  }
  report_.flows[flow].view = tracker_.translate(flow, nat);
  const auto known = by_captured_key_.find(captured.key);
  return {flow, sender, known != by_captured_key_.end() && known->second.far, inner, outer};
}

void ControlConnections::play(const Captured& captured, const Place& place, alg::Time now) {
  if (place.far) return;
  now_ = now;
  auto& connection = connections_[place.flow];
  if (!connection.blind && (captured.missing > 0 || lacks_bytes(place.flow, captured, place.sender))) {
    go_blind(place.flow, captured.frame);
  }
  load(captured, place);
  go_on();
  connection.frame = captured.frame;
}

/// The current packet is judged, or sent on where nothing is.
void ControlConnections::go_on() {
  const auto flow = current_.flow;
  const auto sender = current_.passage.sender;
  auto& connection = connections_[flow];
  const auto parsed = net::TcpSegment::parse(current_.packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  const bool has_ack = segment.has_ack();
  note_progress(segment.payload());
  const bool line_begins = !segment.payload().empty() && current_.passage.missing == 0 &&
                           connection.lines.begins(sender, segment.seq(), current_.acknowledged);
  const bool login_shown = connection.login_missing && connection.beyond_login;
  if (line_begins && (connection.blind || login_shown)) see_again();
  const bool empty = segment.payload().empty() && !segment.fin() && !segment.rst();
  // While something waits to be sent again, acknowledgments are what it waits for.
  const bool stays_in_kernel = segment.syn() || (empty && connection.unsent.empty());
  if (stays_in_kernel || connection.blind) return send(current_, current_.packet);
  give();
  for (auto& dropped : dropped_) connection.unsent.push_back(std::move(dropped));
  const bool answers = !connection.unsent.empty() && connection.unsent.front().passage.sender != sender;
  if (answers && has_ack) send_again(flow);
}

/// Makes the captured packet the current one, in the form it has at the hook.
void ControlConnections::load(const Captured& captured, const Place& place) {
  auto& connection = connections_[place.flow];
  const auto packet = captured.segment.packet();
  current_.frame = captured.frame;
  current_.time = captured.time;
  current_.flow = place.flow;
  current_.arrival = connection.packets++;
  current_.passage = {place.sender, captured.missing};
  current_.acknowledged = captured.segment.ack();
  current_.acknowledged_locally = false;
  current_.place = captured.place;
  current_.link_header.assign(captured.link_header.begin(), captured.link_header.end());
  current_.packet.assign(packet.begin(), packet.end());
  connection.far_side.to_hook(current_.packet, tracker_.connection(place.flow), current_.passage);
}

/// Gives the current packet to the gateway.
void ControlConnections::give() {
  dropped_.clear();
  current_id_ = ++last_id_;
  gateway_->packet(current_id_, as_captured(), now_);
  if (current_id_ != 0) held_.emplace(std::exchange(current_id_, 0), std::exchange(current_, {}));
}

void ControlConnections::send(const Waiting& waiting, std::span<const std::uint8_t> packet) {
  far_.assign(packet.begin(), packet.end());  // the gateway may still read the original
  const auto parsed = net::TcpSegment::parse(waiting.packet);
  const auto& original = std::get<net::TcpSegment>(parsed);
  connections_[waiting.flow].lines.follow(waiting.passage.sender, original.seq(), original.payload(),
                                          waiting.passage.missing);
  auto& far_side = connections_[waiting.flow].far_side;
  const auto left_end = far_side.left_end(waiting.passage.sender);
  if (!far_side.to_far(far_, tracker_.connection(waiting.flow), waiting.passage)) return;
  leave_out_known(waiting, left_end);
  outlet_.send(waiting.place, waiting.link_header, far_, waiting.passage.missing);
}

/// What it edited the gateway repeats in front of new bytes, for the case that it was lost. Here nothing is
/// lost, and a dissector takes new bytes behind old ones for bytes that it has not seen.
void ControlConnections::leave_out_known(const Waiting& waiting, std::optional<net::Seq> left_end) {
  const auto parsed = net::TcpSegment::parse(far_);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  if (!waiting.passage.fresh || !left_end || segment.seq() >= *left_end || segment.payload_end() <= *left_end)
    return;
  const auto known = static_cast<std::size_t>(*left_end - segment.seq());
  net::rebuild(segment, *left_end, segment.payload().subspan(known), true, shorter_);
  far_.swap(shorter_);
}

void ControlConnections::verdict(alg::PacketId id, const alg::Verdict& verdict) {
  const bool is_current = id == current_id_;
  const auto held = held_.find(id);
  if (!is_current && held == held_.end()) return;  // sent on without waiting for it
  const Waiting& waiting = is_current ? current_ : held->second;
  switch (verdict.action) {
    case alg::Verdict::Action::accept:
      send(waiting, waiting.packet);
      break;
    case alg::Verdict::Action::replace:
      if (came_late(waiting, verdict.packet)) {
        send(waiting, waiting.packet);
      } else {
        send(waiting, verdict.packet);
        keep_tail(waiting);
      }
      break;
    case alg::Verdict::Action::drop:
      if (verdict.reason == alg::Reason::hold_overflow || verdict.reason == alg::Reason::edit_pending) {
        dropped_.push_back(waiting);
      }
      break;
  }
  if (is_current) {
    current_id_ = 0;
  } else {
    held_.erase(held);
  }
}

bool ControlConnections::fail(alg::PacketId id, alg::Reason why) {
  verdict(id, {alg::Verdict::Action::accept, why, {}});
  return true;
}

/// In a capture nobody is there to hear it.
void ControlConnections::send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t>) {
  if (answer == alg::Answer::reset) return;
  if (id == current_id_) current_.acknowledged_locally = true;
  if (const auto held = held_.find(id); held != held_.end()) held->second.acknowledged_locally = true;
}

void ControlConnections::tick(alg::Time now) {
  gateway_->tick(now);
  for (const auto& question : std::exchange(questions_, {})) {
    gateway_->answer({question, tracker_.transfers(question)}, now);
  }
  if (std::exchange(pinholes_wanted_, false)) gateway_->answer(tracker_.list());
}

/// Data connections that come too late are told why by the tracker.
void ControlConnections::notice(const alg::Event& event) {
  const auto flow = ReplayTracker::id_of(event.flow);
  if (const auto* negotiated = std::get_if<alg::Negotiated>(&event.what)) report(flow, *negotiated);
  if (const auto* refused = std::get_if<alg::Refused>(&event.what)) report(flow, *refused);
  if (const auto* not_ftp = std::get_if<alg::NotFtp>(&event.what)) report_.flows[flow].not_ftp = not_ftp->why;
}

void ControlConnections::report(std::uint64_t flow, const alg::Negotiated& negotiated) {
  const auto& packet = packet_of(negotiated.packet);
  report_.negotiations.push_back({flow, packet.frame, packet.time, negotiated.form, negotiated.announced,
                                  negotiated.rewritten, negotiated.decision, negotiated.reason,
                                  negotiated.observed, negotiated.pinhole, std::nullopt});
}

void ControlConnections::report(std::uint64_t flow, const alg::Refused& refused) {
  const auto& packet = packet_of(refused.packet);
  report_.refusals.push_back(
      {flow, packet.frame, packet.time, std::string(refused.verb.text()), refused.reason, refused.observed});
}

const ControlConnections::Waiting& ControlConnections::packet_of(alg::PacketId id) const {
  const auto held = held_.find(id);
  return held == held_.end() ? current_ : held->second;
}

}  // namespace pinhole::pcap
