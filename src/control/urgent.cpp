#include "control/urgent.hpp"

#include "control/telnet_in_verb.hpp"
#include "pinhole/net/packet_edit.hpp"

namespace pinhole::control {
namespace {

/// The pointer says where the byte behind the marked one lies (RFC 6093 section 2.1); Linux takes 0 like 1.
bool marks_telnet(const net::TcpSegment& segment) {
  const std::size_t marked = segment.urgent_pointer() == 0 ? 0 : segment.urgent_pointer() - 1U;
  const auto payload = segment.payload();
  return marked < payload.size() && is_telnet(payload[marked]);
}

}  // namespace

void settle_urgent(std::span<std::uint8_t> packet) {
  if (!marks_telnet(std::get<net::TcpSegment>(net::TcpSegment::parse(packet)))) net::clear_urgent(packet);
}

std::optional<net::TcpSegment> settled(const net::TcpSegment& segment, std::vector<std::uint8_t>& copy) {
  if (!segment.urg() || marks_telnet(segment)) return std::nullopt;
  copy.assign(segment.packet().begin(), segment.packet().end());
  net::clear_urgent(copy);
  return std::get<net::TcpSegment>(net::TcpSegment::parse(copy));
}

Fate with_cleared_mark(const Fate& fate, const Arrival& arrival) {
  if (fate.kind() != Fate::Kind::accept) return fate;
  const auto reason = fate.reason() == Reason::passed ? Reason::urgent_cleared : fate.reason();
  return Fate::replace(reason, arrival.segment.packet()).answered(fate.answer(), fate.back());
}

}  // namespace pinhole::control
