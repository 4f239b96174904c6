#include "pcap/far_side.hpp"

#include "pinhole/net/packet_edit.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::pcap {
namespace {

using net::Seq;

net::TcpSegment view_of(std::span<const std::uint8_t> packet) {
  return std::get<net::TcpSegment>(net::TcpSegment::parse(packet));
}

/// Behind everything that counts in the sequence space (RFC 9293 section 3.4).
Seq end_of(const net::TcpSegment& segment, std::size_t missing) {
  return segment.payload_end() + static_cast<std::int64_t>(missing) + (segment.syn() ? 1 : 0) +
         (segment.fin() ? 1 : 0);
}

void remember(std::optional<Seq>& end, Seq candidate) {
  end = end ? net::later(*end, candidate) : candidate;
}

}  // namespace

Seq FarSide::Direction::map(Seq seq, const stream::SeqShift& shift) const {
  const Seq shifted = shift.shift(seq);
  // What the capture itself has not seen was lost before us: that stays visible.
  const bool captured = captured_end && seq <= *captured_end;
  return captured && left_end && shifted > *left_end ? *left_end : shifted;
}

void FarSide::to_hook(std::span<std::uint8_t> packet, const alg::View& view, Passage& passage) {
  const auto segment = view_of(packet);
  auto& captured_end = directions_[passage.sender].captured_end;
  passage.fresh = !captured_end || segment.seq() >= *captured_end;
  // A reset's number need not be where the stream is, and an empty segment stands behind bytes that may have
  // been lost.
  const auto end = end_of(segment, passage.missing);
  if (!segment.rst() && (end != segment.seq() || !captured_end)) remember(captured_end, end);

  const alg::Side receiver = alg::other(passage.sender);
  const auto& acknowledged = directions_[receiver];
  const auto& shift = view.shift[receiver];
  passage.held_back =
      segment.has_ack() && acknowledged.map(segment.ack(), shift) != shift.shift(segment.ack());
  net::map_acks(packet, [&](Seq ack) { return acknowledged.map(ack, shift); });

  const auto key = view.nat.key(passage.sender);
  net::readdress(packet, key.source, key.destination);
}

bool FarSide::to_far(std::span<std::uint8_t> packet, const alg::View& view, const Passage& passage) {
  const auto segment = view_of(packet);
  const auto& shift = view.shift[passage.sender];
  auto& own = directions_[passage.sender];
  auto& peer = directions_[alg::other(passage.sender)];
  const bool empty = segment.payload().empty() && !segment.syn() && !segment.fin() && !segment.rst();
  if (empty && passage.held_back && peer.acknowledged && segment.ack() <= *peer.acknowledged) return false;

  const Seq seq = empty ? own.map(segment.seq(), shift) : shift.shift(segment.seq());
  if (!segment.rst()) remember(own.left_end, seq + (end_of(segment, passage.missing) - segment.seq()));
  if (segment.has_ack()) remember(peer.acknowledged, segment.ack());
  net::shift_seq(packet, seq - segment.seq());

  const bool client = passage.sender == alg::Side::client;
  net::readdress(packet, client ? view.nat.seen : view.nat.dialed, client ? view.nat.dialed : view.nat.seen);
  return true;
}

}  // namespace pinhole::pcap
