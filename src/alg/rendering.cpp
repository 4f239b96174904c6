// render: how bytes leave, the first time and every time they are repeated.

#include "alg/commands.hpp"
#include "alg/gateway_impl.hpp"
#include "pinhole/net/packet_edit.hpp"

namespace pinhole::alg {
namespace {

using Action = Verdict::Action;

/// What is acknowledged in the receiver's name never closes the window: the receiver would open it again with
/// an acknowledgment of less, which the sender ignores.
constexpr std::uint16_t kLeastWindow = 1024;

std::size_t payload_room(const net::TcpSegment& segment) {
  return std::max(segment.packet().size(), kSafePacket) - segment.payload_offset();
}

}  // namespace

void Gateway::Impl::repeated(Flow& flow, const Arrival& arrival) {
  const auto& segment = arrival.segment;
  auto& direction = flow.direction(arrival.sender);
  const auto& rewriter = direction.rewriter;
  if (segment.payload().empty()) {
    // A FIN can be the last chance of bytes that were acknowledged in the receiver's name.
    if (segment.fin() && !rewriter.is_plain(segment.seq()) && segment.payload_end() == rewriter.next()) {
      return send_rendered(flow, arrival, Reason::retransmitted);
    }
    return verdict(arrival.id, Action::accept, Reason::passed);
  }
  direction.repetitions = 0;
  switch (rewriter.recall(segment.payload_end())) {
    case stream::Rewriter::Memory::known: {
      const auto known = rewriter.remembered_from();
      const bool older =
          segment.seq() < known && rewriter.recall(known) == stream::Rewriter::Memory::forgotten;
      if (!older || !rewriter.is_original(segment.seq(), known)) {
        return send_rendered(flow, arrival, Reason::retransmitted);
      }
      // Its beginning is wanted and not remembered; what is remembered will be repeated without it.
      const auto beginning = segment.payload().first(static_cast<std::size_t>(known - segment.seq()));
      net::rebuild(segment, segment.seq(), beginning, false, packet_);
      return edge_.verdict(arrival.id, {Action::replace, Reason::retransmitted, packet_});
    }
    case stream::Rewriter::Memory::acknowledged: {
      // The receiver has these bytes; only its acknowledgment is wanted, or a FIN behind them.
      const auto seq = segment.fin() ? segment.payload_end() : segment.seq();
      net::rebuild(segment, seq, {}, segment.fin(), packet_);
      return edge_.verdict(arrival.id, {Action::replace, Reason::retransmitted, packet_});
    }
    case stream::Rewriter::Memory::forgotten:
      // Nor may it be a way around the filter.
      if (!rewriter.is_original(segment.seq(), segment.payload_end()) ||
          (arrival.sender == Side::client && filters_commands(*flow.policy))) {
        return verdict(arrival.id, Action::drop, Reason::forgotten);
      }
      return verdict(arrival.id, Action::accept, Reason::retransmitted);
    case stream::Rewriter::Memory::lost:
      return verdict(arrival.id, Action::drop, Reason::forgotten);
  }
}

void Gateway::Impl::send_rendered(Flow& flow, const Arrival& arrival, Reason reason) {
  const auto& segment = arrival.segment;
  auto& direction = flow.direction(arrival.sender);
  auto& rewriter = direction.rewriter;
  if (direction.absorbed() > 0 && segment.payload_end() > rewriter.next()) {
    // What is absorbed must be acknowledged in the receiver's name.
    const auto window = flow.direction(other(arrival.sender)).window;
    net::build_ack(segment, direction.order.next(), std::max(window, kLeastWindow), direction.clock, packet_);
    edge_.send_back(arrival.id, packet_);
  }
  const auto end = net::earlier(segment.payload_end(), rewriter.next());
  if (segment.seq() >= end && !segment.payload().empty()) return carry(flow, arrival);

  const auto rendering = rewriter.render(segment.seq(), end, payload_room(segment));
  if (rendering.begin == segment.seq() && std::ranges::equal(rendering.bytes, segment.payload())) {
    return verdict(arrival.id, Action::accept, reason == Reason::rewritten ? Reason::passed : reason);
  }
  // Other bytes than the first time, unless it may be a keep-alive, which brings any byte (RFC
  // 1122, 4.2.3.6).
  const bool same_place = rendering.begin == segment.seq() && rendering.end == segment.payload_end();
  const bool keep_alive = segment.payload().size() == 1;
  if (same_place && !keep_alive && rewriter.is_original(segment.seq(), segment.payload_end()))
    reason = Reason::overlap_conflict;
  net::rebuild(segment, rendering.begin, rendering.bytes, rendering.end >= segment.payload_end(), packet_);
  edge_.verdict(arrival.id, {Action::replace, reason, packet_});
}

}  // namespace pinhole::alg
