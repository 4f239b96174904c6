#include "support/packet_laws.hpp"

#include <algorithm>

#include "pinhole/net/packet_edit.hpp"
#include "support/law.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using net::Seq;
using net::TcpSegment;
using Bytes = std::vector<std::uint8_t>;

TcpSegment reparsed(std::span<const std::uint8_t> packet) {
  const auto parsed = TcpSegment::parse(packet);
  law(std::holds_alternative<TcpSegment>(parsed), "an edited packet does not parse");
  return std::get<TcpSegment>(parsed);
}

Bytes copy_of(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

std::uint8_t flags_of(const TcpSegment& segment) {
  return segment.packet()[segment.tcp_offset() + 13];
}

/// What no edit but a new payload changes.
void check_same_headers(const TcpSegment& before, const TcpSegment& after) {
  law(after.family() == before.family() && after.tcp_offset() == before.tcp_offset() &&
          after.payload_offset() == before.payload_offset(),
      "headers have moved");
  law(after.window() == before.window(), "the window has changed");
}

void check_same_payload(const TcpSegment& before, const TcpSegment& after) {
  law(std::ranges::equal(after.payload(), before.payload()), "the payload has changed");
  law(flags_of(after) == flags_of(before), "the flags have changed");
}

/// A right checksum stays right.
void check_checksums(std::span<const std::uint8_t> before, std::span<const std::uint8_t> after) {
  law(!checksums_right(before) || checksums_right(after), "an edit has made a right checksum wrong");
}

/// RFC 1624 cannot tell the two zeros of a checksum field apart.
Bytes with_one_zero(Bytes packet) {
  const auto field = std::span(packet).subspan(reparsed(packet).tcp_offset() + 16, 2);
  if (field[0] == 0xff && field[1] == 0xff) field[0] = field[1] = 0;
  return packet;
}

}  // namespace

void check_view(std::span<const std::uint8_t> packet, const TcpSegment& segment) {
  law(segment.packet().data() == packet.data() && segment.packet().size() <= packet.size(),
      "the view leaves the packet");
  law(segment.tcp_offset() >= (segment.family() == net::Family::v4 ? 20u : 40u), "TCP inside the IP header");
  law(segment.tcp_offset() + 20 + segment.options().size() == segment.payload_offset(),
      "options between the header and the payload");
  law(segment.payload_offset() + segment.payload().size() == segment.packet().size(),
      "the payload up to the packet's end");
  law(segment.payload_end() - segment.seq() == static_cast<std::int32_t>(segment.payload().size()),
      "payload_end() is another number");
  law(segment.source().address.family() == segment.family() &&
          segment.destination().address.family() == segment.family(),
      "addresses of another family");
  static_cast<void>(segment.timestamps());
  static_cast<void>(segment.urgent_pointer());
}

void check_rebuild(const TcpSegment& segment, Seq seq, std::span<const std::uint8_t> payload, bool keep_end) {
  Bytes out;
  net::rebuild(segment, seq, payload, keep_end, out);
  const auto again = reparsed(out);
  check_same_headers(segment, again);
  law(out.size() == segment.payload_offset() + payload.size(), "a rebuilt packet has another size");
  law(checksums_right(out), "a rebuilt packet has a wrong checksum");
  law(std::ranges::equal(again.payload(), payload), "a rebuilt packet has another payload");
  law(again.seq() == seq && again.ack() == segment.ack(), "a rebuilt packet has other numbers");
  law(std::ranges::equal(again.options(), segment.options()), "a rebuilt packet has other options");
  law(again.source() == segment.source() && again.destination() == segment.destination(),
      "a rebuilt packet has other endpoints");
  const int kept = keep_end ? 0xff : 0xff & ~(kFin | kPsh);
  law(flags_of(again) == (flags_of(segment) & kept), "a rebuilt packet has other flags");
  const auto urgent = std::int64_t{segment.urgent_pointer()} + (segment.urg() ? segment.seq() - seq : 0);
  law(again.urgent_pointer() == std::clamp<std::int64_t>(urgent, 0, 0xffff),
      "the urgent pointer points elsewhere");
}

void check_build_ack(const TcpSegment& segment, Seq ack, std::uint16_t window) {
  Bytes out;
  net::build_ack(segment, ack, window, segment.timestamps(), out);
  law(checksums_right(out), "an ACK of ours has a wrong checksum");
  law(out.size() <= 72, "an ACK of ours is larger than headers and timestamps");
  const auto reply = reparsed(out);
  law(reply.source() == segment.destination() && reply.destination() == segment.source(),
      "an ACK of ours goes elsewhere");
  law(reply.ack() == ack && reply.seq() == segment.ack(), "an ACK of ours has other numbers");
  law(flags_of(reply) == kAck && reply.payload().empty() && reply.window() == window,
      "an ACK of ours is more than that");
  const auto theirs = segment.timestamps();
  const auto ours = reply.timestamps();
  law(ours.has_value() == theirs.has_value(), "timestamps if the sender uses them");
  if (ours) law(ours->echo == theirs->value && ours->value == theirs->echo, "timestamps of another packet");
}

void check_readdress(std::span<const std::uint8_t> packet, const net::Endpoint& source,
                     const net::Endpoint& destination) {
  const auto segment = reparsed(packet);
  auto out = copy_of(packet);
  net::readdress(out, source, destination);
  const auto again = reparsed(out);
  check_same_headers(segment, again);
  check_same_payload(segment, again);
  check_checksums(packet, out);
  law(again.source() == source && again.destination() == destination, "a packet was given other endpoints");
  law(again.seq() == segment.seq() && again.ack() == segment.ack(), "new addresses change numbers");
}

void check_shift(std::span<const std::uint8_t> packet, std::int32_t delta) {
  const auto segment = reparsed(packet);
  auto out = copy_of(packet);
  net::shift_seq(out, delta);
  net::map_acks(out, [delta](Seq ack) { return ack + delta; });
  const auto again = reparsed(out);
  check_same_headers(segment, again);
  check_same_payload(segment, again);
  check_checksums(packet, out);
  law(again.seq() == segment.seq() + delta, "a packet was shifted by something else");
  law(again.ack() == segment.ack() + (segment.has_ack() ? delta : 0),
      "an acknowledgment was shifted by something else");

  net::map_acks(out, [delta](Seq ack) { return ack - std::int64_t{delta}; });
  net::shift_seq(out, static_cast<std::int32_t>(-std::int64_t{delta}));
  law(with_one_zero(out) == with_one_zero(copy_of(packet)), "a shift that is undone leaves a trace");
}

}  // namespace pinhole::test
