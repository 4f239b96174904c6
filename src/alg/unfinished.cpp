// Lines that are not whole yet: absorbed while they may need an edit, and given up when nothing more comes.
//
// The last packet that was absorbed whole stays in the kernel's queue as the line's carrier: its verdict can
// still send the bytes on, through NAT and the shift, when the rest of the line never comes.

#include <utility>

#include "alg/gateway_impl.hpp"
#include "pinhole/net/packet_edit.hpp"

namespace pinhole::alg {

using Action = Verdict::Action;

void Gateway::Impl::unfinished_line(Flow& flow, const Arrival& arrival, std::span<const std::uint8_t> piece,
                                    Hearing& hearing) {
  auto& direction = flow.direction(arrival.sender);
  const std::size_t absorbed = direction.absorbed();
  const std::size_t length = direction.lines.pending_length();
  const bool whole = length == absorbed + piece.size();
  const auto& segment = arrival.segment;
  if (exceeds_length(flow, arrival, length)) {
    hearing.cut = Reason::line_too_long;
    return;
  }
  direction.order.advance(piece.size());
  // A Telnet Synch must not wait for the line behind it (RFC 854): neither what is urgent nor a command alone
  // does.
  const auto text = direction.lines.pending_text();
  const bool may_wait = flow.view.nated() && whole && !text.empty() && !segment.fin() && !segment.urg();
  bool refuse = direction.line_refused;
  if (!refuse && may_wait && may_edit(flow, arrival.sender, text)) {
    // Whatever is acknowledged in the receiver's name travels with the rest of the line, in one packet.
    const bool fits = direction.rewriter.backlog() + length <= limits_.absorbed;
    if (fits && (direction.carrier || waiting_.has_room(flow.view.client.address, segment.packet().size()))) {
      if (absorbed == 0) direction.absorbing_since = now_;
      hearing.absorbing = true;
      direction.rewriter.guarantee();
      return;
    }
    hearing.gave_up = true;
    refuse = refuses_unfinished(flow);
  }
  const auto denied = refuse ? std::nullopt : deny_begun(flow, arrival, absorbed, piece);
  if (denied) {
    hearing.cut = denied->reset;
    if (hearing.cut) return;
    direction.rewriter.overwrite(as_bytes(*denied->overwrite));
    if (absorbed > 0) direction.rewriter.guarantee();
    hearing.edited = true;
    return;
  }
  hearing.edited |= refuse;
  leave_unfinished(flow, arrival.sender, piece, refuse);
}

/// What was absorbed of a line, and `piece` of the same packet behind it, waits no longer for the line's end.
void Gateway::Impl::leave_unfinished(Flow& flow, Side sender, std::span<const std::uint8_t> piece,
                                     bool refuse) {
  auto& direction = flow.direction(sender);
  auto& lines = direction.lines;
  const auto absorbed = lines.pending().first(direction.absorbed() - piece.size());
  const std::size_t before = lines.pending_length() - piece.size() - absorbed.size();  // have left already
  if (refuse) {
    const auto text = refusal(sender, before, absorbed.size() + piece.size());
    direction.rewriter.overwrite(as_bytes(text));
    direction.line_refused = true;
  } else {
    direction.rewriter.pass(absorbed);
    direction.rewriter.pass(piece);
  }
  if (!absorbed.empty()) direction.rewriter.guarantee();
}

/// Nobody waits for the rest of the line any longer. Without a carrier what there is of it leaves with the
/// sender's next packet.
void Gateway::Impl::give_up(Flow& flow, Side sender) {
  auto& direction = flow.direction(sender);
  leave_unfinished(flow, sender, {}, refuses_unfinished(flow));
  if (!direction.carrier) return;
  WaitingPacket carrier = *std::exchange(direction.carrier, std::nullopt);
  waiting_.leave(carrier);
  const Release release(*this, direction, carrier);
  const auto parsed = net::TcpSegment::parse(carrier.bytes);
  send_rendered(flow, {carrier.id, std::get<net::TcpSegment>(parsed), sender}, Reason::unfinished_line);
}

void Gateway::Impl::carry(Flow& flow, const Arrival& arrival) {
  auto& direction = flow.direction(arrival.sender);
  drop_carrier(direction, Reason::absorbed);
  const auto bytes = arrival.segment.packet();
  if (!waiting_.has_room(flow.view.client.address, bytes.size()))
    return verdict(arrival.id, Action::drop, Reason::absorbed);
  direction.carrier = waiting_.enter(arrival.id, flow.view.client.address, bytes);
}

void Gateway::Impl::drop_carrier(Direction& direction, Reason why) {
  if (!direction.carrier) return;
  const WaitingPacket carrier = *std::exchange(direction.carrier, std::nullopt);
  waiting_.leave(carrier);
  verdict(carrier.id, Action::drop, why);
}

bool Gateway::Impl::refuses_unfinished(const Flow& flow) {
  return flow.policy->unfinished_line == UnfinishedLine::refuse && !flow.policy->observe;
}

}  // namespace pinhole::alg
