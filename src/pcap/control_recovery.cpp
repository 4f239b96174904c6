// What two live TCPs would do and a capture does not: send again what was dropped, acknowledge what left, and
// fill gaps, or else give up.

#include <algorithm>
#include <iterator>

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

void ControlConnections::go_blind(std::uint64_t flow, std::uint64_t frame) {
  auto& connection = connections_[flow];
  connection.blind = true;
  report_.flows[flow].blind_since = frame;
  for (auto held = held_.begin(); held != held_.end();) {
    if (held->second.flow != flow) {
      ++held;
      continue;
    }
    send(held->second, held->second.packet);
    held = held_.erase(held);
  }
  for (const auto& waiting : connection.unsent) send(waiting, waiting.packet);
  connection.unsent.clear();
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
