// cut, hear, render: what a packet's bytes say, and how they leave.

#include <algorithm>

#include "alg/gateway_impl.hpp"
#include "pinhole/net/packet_edit.hpp"

namespace pinhole::alg {
namespace {

using Action = Verdict::Action;

/// An edited packet may grow to this size even where the original was smaller: every IPv6 link carries it
/// (RFC 8200 section 5), and so does any IPv4 link that FTP is used over.
constexpr std::size_t kSafePacket = 1280;

/// How often a packet is dropped because edits before it are unacknowledged. Three of TCP's timeouts take
/// about 1.5 s.
constexpr unsigned kDelays = 3;

std::size_t payload_room(const net::TcpSegment& segment) {
  return std::max(segment.packet().size(), kSafePacket) - segment.payload_offset();
}

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};  // bytes and chars alias
}

}  // namespace

void Gateway::Impl::fresh(Flow& flow, const Arrival& arrival, std::size_t skip) {
  auto& direction = flow.direction(arrival.sender);
  const auto bytes = arrival.segment.payload().subspan(skip);
  // An edit that nobody acknowledges keeps everything behind it in memory; without one this is never so.
  if (direction.rewriter.backlog() > limits_.history) {
    return verdict(arrival.id, Action::drop, Reason::edit_pending);
  }
  // What repeats these edits may be a smaller packet than this one.
  direction.edit_room = kSafePacket - std::min(kSafePacket, arrival.segment.payload_offset());
  if (edits_would_overflow(flow, arrival, bytes)) {
    // By the time TCP sends it again, an acknowledgment has usually been seen. If not, no edit is made: the
    // lines are refused, which changes no length.
    if (++direction.edits_delayed <= kDelays) return verdict(arrival.id, Action::drop, Reason::edit_pending);
    direction.edit_room = 0;
  } else {
    direction.edits_delayed = 0;
  }

  const bool plain =
      skip == 0 && direction.absorbed() == 0 && direction.rewriter.is_plain(direction.order.next());
  const Hearing hearing = hear(flow, arrival, bytes);
  if (plain && !hearing.edited && !hearing.absorbing) {
    return verdict(arrival.id, Action::accept, Reason::passed);
  }
  send_rendered(flow, arrival, hearing.edited ? Reason::rewritten : Reason::retransmitted);
}

/// Edits that may be unacknowledged leave together: would those of this packet still fit with them?
bool Gateway::Impl::edits_would_overflow(Flow& flow, const Arrival& arrival,
                                         std::span<const std::uint8_t> bytes) const {
  const auto& direction = flow.direction(arrival.sender);
  const std::size_t group = direction.rewriter.group_size();
  constexpr std::size_t kGrowth = 64;  // more than an edit adds
  if (group == 0 || group + direction.absorbed() + bytes.size() + kGrowth <= direction.edit_room)
    return false;
  if (direction.absorbed() > 0) return true;  // a line that may need an edit has begun
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (!text.empty()) {
    const bool may_edit = arrival.sender == Side::client ? flow.session.may_need_edit_command(text)
                                                         : flow.session.may_need_edit_later_reply(text);
    if (may_edit) return true;
    const auto newline = text.find('\n');
    text.remove_prefix(newline == text.npos ? text.size() : newline + 1);
  }
  return false;
}

bool Gateway::Impl::may_edit(const Flow& flow, Side sender, std::string_view line) const {
  return sender == Side::client ? flow.session.may_need_edit_command(line)
                                : flow.session.may_need_edit_reply(line);
}

Gateway::Impl::Hearing Gateway::Impl::hear(Flow& flow, const Arrival& arrival,
                                           std::span<const std::uint8_t> bytes) {
  auto& direction = flow.direction(arrival.sender);
  Hearing hearing;
  while (!bytes.empty()) {
    const auto before = bytes;
    if (direction.tls) {
      direction.tls->skip(bytes);
      const auto records = before.first(before.size() - bytes.size());
      direction.order.advance(records.size());
      direction.rewriter.pass(records);
      if (!bytes.empty()) leave_tls(flow, arrival.sender);
      continue;
    }
    const auto line = direction.lines.next(bytes);
    const auto piece = before.first(before.size() - bytes.size());
    if (line) {
      hear_line(flow, arrival, *line, piece, hearing);
    } else {
      unfinished_line(flow, arrival, piece, hearing);
    }
  }
  return hearing;
}

void Gateway::Impl::hear_line(Flow& flow, const Arrival& arrival, const stream::Line& line,
                              std::span<const std::uint8_t> piece, Hearing& hearing) {
  auto& direction = flow.direction(arrival.sender);
  const std::size_t absorbed = direction.absorbed();
  const bool editable = !line.overlong() && line.length == absorbed + piece.size();
  const auto heard = arrival.sender == Side::client ? flow.session.hear_command(line.text, !line.overlong())
                                                    : flow.session.hear_reply(line.text, !line.overlong());
  const LineFate fate = react(flow, arrival, heard, line, editable);
  direction.order.advance(piece.size());
  if (fate.replacement) {
    direction.rewriter.replace(line.raw, as_bytes(*fate.replacement));
    hearing.edited = true;
  } else if (fate.spoil && piece.size() > line.end_length) {
    std::string spoilt(piece.size() - line.end_length, 'X');
    for (const auto byte : piece.last(line.end_length)) spoilt.push_back(static_cast<char>(byte));
    direction.rewriter.replace(piece, as_bytes(spoilt));
    hearing.edited = true;
  } else {
    direction.rewriter.pass(line.raw.first(absorbed));
    direction.rewriter.pass(piece);
  }
  if (absorbed > 0) direction.rewriter.guarantee();
}

LineFate Gateway::Impl::react(Flow& flow, const Arrival& arrival, const ftp::Heard& heard,
                              const stream::Line& line, bool editable) {
  using Kind = ftp::Heard::Kind;
  switch (heard.kind) {
    case Kind::nothing:
    case Kind::offer_accepted:
      break;
    case Kind::offer:
    case Kind::answer:
      return negotiator_.negotiate(flow, arrival.sender, heard, line, editable, arrival.id);
    case Kind::offer_refused:
      if (heard.command == flow.pinhole_command) negotiator_.withdraw(flow, Reason::server_refused);
      break;
    case Kind::encrypted:
      for (auto& direction : flow.directions) direction.tls.emplace();
      break;
    case Kind::foreign: {
      const bool middle = heard.standing == ftp::Heard::Standing::from_middle;
      const Reason why = middle ? Reason::seen_from_middle : Reason::not_ftp;
      negotiator_.withdraw(flow, why);
      edge_.flow_foreign(flow.view, why);
      break;
    }
    case Kind::ended:
      negotiator_.withdraw(flow, Reason::session_ended);
      break;
  }
  return {};
}

void Gateway::Impl::unfinished_line(Flow& flow, const Arrival& arrival, std::span<const std::uint8_t> piece,
                                    Hearing& hearing) {
  auto& direction = flow.direction(arrival.sender);
  const std::size_t absorbed = direction.absorbed();
  const std::size_t length = direction.lines.pending_length();
  direction.order.advance(piece.size());
  const bool whole = length == absorbed + piece.size();
  // Whatever is acknowledged in the receiver's name travels with the rest of the line, in one packet.
  const bool fits = direction.rewriter.backlog() + length <= limits_.absorbed;
  if (flow.view.nated() && whole && fits && !arrival.segment.fin() &&
      may_edit(flow, arrival.sender, direction.lines.pending_text())) {
    hearing.absorbing = true;
    direction.rewriter.guarantee();
    return;
  }
  direction.rewriter.pass(direction.lines.pending().first(absorbed));
  direction.rewriter.pass(piece);
  if (absorbed > 0) direction.rewriter.guarantee();
}

/// Clear text after TLS counts only if both sides did speak TLS: else anybody could skip the login with it.
void Gateway::Impl::leave_tls(Flow& flow, Side sender) {
  const auto& peer = flow.direction(other(sender)).tls;
  if (flow.direction(sender).tls->count() > 0 && (!peer || peer->count() > 0)) flow.session.cleared();
  flow.direction(sender).tls.reset();
}

void Gateway::Impl::repeated(Flow& flow, const Arrival& arrival) {
  const auto& segment = arrival.segment;
  const auto& rewriter = flow.direction(arrival.sender).rewriter;
  if (segment.payload().empty()) return verdict(arrival.id, Action::accept, Reason::passed);
  switch (rewriter.recall(segment.payload_end())) {
    case stream::Rewriter::Memory::known:
      return send_rendered(flow, arrival, Reason::retransmitted);
    case stream::Rewriter::Memory::acknowledged: {
      // The receiver has these bytes; only its acknowledgment is wanted, or a FIN behind them.
      const auto seq = segment.fin() ? segment.payload_end() : segment.seq();
      net::rebuild(segment, seq, {}, segment.fin(), packet_);
      return edge_.verdict(arrival.id, {Action::replace, Reason::retransmitted, packet_});
    }
    case stream::Rewriter::Memory::forgotten:
      if (!rewriter.is_original(segment.seq())) return verdict(arrival.id, Action::drop, Reason::forgotten);
      return verdict(arrival.id, Action::accept, Reason::retransmitted);
    case stream::Rewriter::Memory::lost:
      return verdict(arrival.id, Action::drop, Reason::forgotten);
  }
}

void Gateway::Impl::send_rendered(Flow& flow, const Arrival& arrival, Reason reason) {
  const auto& segment = arrival.segment;
  auto& direction = flow.direction(arrival.sender);
  auto& rewriter = direction.rewriter;
  if (segment.payload_end() >
      rewriter.next()) {  // what is absorbed must be acknowledged in the receiver's name
    const auto window = flow.direction(other(arrival.sender)).window;
    net::build_ack(segment, direction.order.next(), window, packet_);
    edge_.send_back(arrival.id, packet_);
  }
  const auto end = net::earlier(segment.payload_end(), rewriter.next());
  if (segment.seq() >= end) return verdict(arrival.id, Action::drop, Reason::absorbed);

  const auto rendering = rewriter.render(segment.seq(), end, payload_room(segment));
  if (rendering.begin == segment.seq() && std::ranges::equal(rendering.bytes, segment.payload())) {
    return verdict(arrival.id, Action::accept, reason == Reason::rewritten ? Reason::passed : reason);
  }
  const bool same_place = rendering.begin == segment.seq() && rendering.end == segment.payload_end();
  if (same_place && rewriter.is_original(segment.seq())) reason = Reason::overlap_conflict;
  net::rebuild(segment, rendering.begin, rendering.bytes, rendering.end >= segment.payload_end(), packet_);
  edge_.verdict(arrival.id, {Action::replace, reason, packet_});
}

}  // namespace pinhole::alg
