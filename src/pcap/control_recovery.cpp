// What two live TCPs would do and a capture does not: send again what was dropped, acknowledge what left, and
// fill gaps, or else give up.

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "pcap/control_connections.hpp"
#include "pinhole/net/packet_edit.hpp"

namespace pinhole::pcap {

using alg::Side;

namespace {

template <class Packets>
std::size_t bytes_of(const Packets& packets) {
  std::size_t bytes = 0;
  for (const auto& waiting : packets) bytes += waiting.packet.size();
  return bytes;
}

/// Older than anything of its connection, and yet not out of its window.
constexpr std::int64_t kWell = 1 << 24;

/// Where a session most likely stands, of which the capture lacks bytes.
alg::Labels::State state_behind_gap(const std::optional<alg::Labels>& before,
                                    const std::optional<alg::Reason>& not_ftp, bool beyond_login) {
  using State = alg::Labels::State;
  if (not_ftp && *not_ftp != alg::Reason::bytes_missed) return State::not_ftp;
  const auto known = before ? before->state : State::none;
  if (known == State::authorized || known == State::encrypted) return known;
  return beyond_login ? State::authorized : State::greeting;
}

}  // namespace

void ControlConnections::send_again(std::uint64_t flow) {
  auto& unsent = connections_[flow].unsent;
  while (!unsent.empty()) {
    current_ = std::move(unsent.front());
    unsent.pop_front();
    current_.acknowledged_locally = false;
    const auto size = current_.packet.size();
    give();
    if (dropped_.empty()) continue;
    const bool progress = dropped_.size() == 1 && dropped_.front().packet.size() < size;
    std::move(dropped_.rbegin(), dropped_.rend(), std::front_inserter(unsent));
    if (!progress) return;
  }
}

/// The far side's acknowledgment of everything that left, when the capture has no more.
void ControlConnections::acknowledge(std::uint64_t flow, const Waiting& waiting) {
  const auto parsed = net::TcpSegment::parse(waiting.packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  const auto end = connections_[flow].far_side.left_end(waiting.passage.sender);
  net::build_ack(segment, end.value_or(segment.seq()), segment.window(), segment.timestamps(), far_);
  const auto key = tracker_.connection(flow).nat.key(alg::other(waiting.passage.sender));
  net::readdress(far_, key.source, key.destination);
  gateway_->packet(++last_id_, far_, now_);
}

/// The gateway leaves off the end of a packet that grew too large: TCP sends that again by itself, from where
/// the far side's acknowledgment, shifted back, tells it to.
void ControlConnections::keep_tail(const Waiting& waiting) {
  const auto parsed = net::TcpSegment::parse(waiting.packet);
  const auto rendered = net::TcpSegment::parse(far_);
  const auto& original = std::get<net::TcpSegment>(parsed);
  const auto& shift = tracker_.connection(waiting.flow).shift[waiting.passage.sender];
  const auto left_end = connections_[waiting.flow].far_side.left_end(waiting.passage.sender);
  if (waiting.acknowledged_locally || left_end >= shift.shift(original.payload_end())) return;
  const auto end = shift.unshift(std::get<net::TcpSegment>(rendered).payload_end());
  auto& tail = dropped_.emplace_back(waiting);
  if (end <= original.seq()) return;
  const auto missing = original.payload().subspan(static_cast<std::size_t>(end - original.seq()));
  net::rebuild(original, end, missing, true, tail.packet);
}

/// True if the gateway emptied the packet because the receiver has all of it, and yet its bytes never left:
/// an acknowledgment was captured before what it acknowledges.
bool ControlConnections::came_late(const Waiting& waiting, std::span<const std::uint8_t> rendered) const {
  const auto before = net::TcpSegment::parse(waiting.packet);
  const auto after = net::TcpSegment::parse(rendered);
  const auto& original = std::get<net::TcpSegment>(before);
  const auto& left = std::get<net::TcpSegment>(after);
  if (original.payload().empty() || !left.payload().empty() || left.rst()) return false;
  const auto& shift = tracker_.connection(waiting.flow).shift[waiting.passage.sender];
  const auto left_end = connections_[waiting.flow].far_side.left_end(waiting.passage.sender);
  return !left_end || *left_end < shift.shift(original.payload_end());
}

/// True if the receiver has acknowledged bytes that a held packet waits for, and they have not come for so
/// long that they were just captured in another order.
bool ControlConnections::lacks_bytes(std::uint64_t flow, const Captured& captured, Side sender) const {
  constexpr std::uint64_t kPatience = 8;  // packets of the connection
  if (held_.empty() || !captured.segment.has_ack()) return false;
  if (!connections_[flow].unsent.empty()) return false;  // these are what is waited for
  for (const auto& [id, waiting] : held_) {
    if (waiting.flow != flow || waiting.passage.sender == sender) continue;
    const auto held = net::TcpSegment::parse(waiting.packet);
    const bool acknowledged = captured.segment.ack() >= std::get<net::TcpSegment>(held).seq();
    if (acknowledged && connections_[flow].packets - waiting.arrival > kPatience) return true;
  }
  return false;
}

/// What waited is not judged either, up to the next beginning of a line.
void ControlConnections::go_blind(std::uint64_t flow, std::uint64_t frame) {
  auto& connection = connections_[flow];
  connection.blind = true;
  std::vector<Waiting> waiting(std::make_move_iterator(connection.unsent.begin()),
                               std::make_move_iterator(connection.unsent.end()));
  connection.unsent.clear();
  for (auto held = held_.begin(); held != held_.end();) {
    if (held->second.flow != flow) {
      ++held;
      continue;
    }
    waiting.push_back(std::move(held->second));
    held = held_.erase(held);
  }
  std::ranges::stable_sort(waiting, {}, &Waiting::arrival);
  report_.flows[flow].gaps.push_back({waiting.empty() ? frame : waiting.front().frame, std::nullopt});
  for (auto& packet : waiting) {
    current_ = std::move(packet);
    current_.acknowledged_locally = false;
    go_on();
    connection.frame = current_.frame;
  }
}

/// What no server says before a login (RFC 959 section 5.4).
void ControlConnections::note_progress(std::span<const std::uint8_t> payload) {
  constexpr std::array<std::string_view, 8> kLater{"125", "150", "213", "226", "227", "229", "250", "257"};
  auto& connection = connections_[current_.flow];
  if (current_.passage.sender == Side::client || !(connection.blind || connection.login_missing)) return;
  const std::string_view code(reinterpret_cast<const char*>(payload.data()),
                              std::min<std::size_t>(payload.size(), 3));
  connection.beyond_login = connection.beyond_login || std::ranges::find(kLater, code) != kLater.end();
}

/// A line begins with the current packet. The gateway takes up the session there as one that its entry
/// vouches for. This exists here alone: a gateway that runs believes its entries only.
void ControlConnections::see_again() {
  const auto flow = current_.flow;
  auto& connection = connections_[flow];
  const auto parsed = net::TcpSegment::parse(current_.packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  tracker_.keep_pinholes(true);
  net::rebuild_as_reset(segment, segment.seq() - kWell, far_);
  gateway_->packet(++last_id_, far_, now_);
  tracker_.keep_pinholes(false);
  const auto state = state_behind_gap(tracker_.connection(flow).labels, report_.flows[flow].not_ftp,
                                      connection.beyond_login);
  tracker_.begin_again(flow, state);
  connection.given = {};
  connection.login_missing = state == alg::Labels::State::greeting;
  if (std::exchange(connection.blind, false)) report_.flows[flow].gaps.back().last = connection.frame;
}

/// The current packet with no number acknowledged that the gateway was not given: it would take what the
/// capture lacks for bytes that went by.
std::span<const std::uint8_t> ControlConnections::as_captured() {
  const auto parsed = net::TcpSegment::parse(current_.packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  const auto sender = current_.passage.sender;
  auto& own = connections_[current_.flow].given[sender];
  const auto& peer = connections_[current_.flow].given[alg::other(sender)];
  const auto end = segment.payload_end() + (segment.fin() ? 1 : 0);
  if (!own || segment.seq() <= *own) own = own ? net::later(*own, end) : end;
  if (!segment.has_ack() || !peer) return current_.packet;
  const auto most = tracker_.connection(current_.flow).shift[alg::other(sender)].shift(*peer);
  if (segment.ack() <= most) return current_.packet;
  lowered_.assign(current_.packet.begin(), current_.packet.end());
  net::map_acks(lowered_, [most](net::Seq ack) { return net::earlier(ack, most); });
  return lowered_;
}

void ControlConnections::finish() {
  for (std::uint64_t flow = 0; flow < connections_.size(); ++flow) {
    auto& unsent = connections_[flow].unsent;
    for (std::size_t before = 0; !unsent.empty() && bytes_of(unsent) != before;) {
      before = bytes_of(unsent);
      acknowledge(flow, unsent.front());
      send_again(flow);
    }
  }
  while (!held_.empty()) go_blind(held_.begin()->second.flow, held_.begin()->second.frame);
  gateway_.reset();
}

}  // namespace pinhole::pcap
