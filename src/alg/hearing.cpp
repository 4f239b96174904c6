// cut, hear: what a packet's new bytes say.

#include <utility>

#include "alg/gateway_impl.hpp"

namespace pinhole::alg {
namespace {

using Action = Verdict::Action;

/// How often a packet is dropped because edits before it are unacknowledged. Three of TCP's timeouts take
/// about 1.5 s.
constexpr unsigned kDelays = 3;

/// How often a packet must come in vain to show that everything before it was acknowledged, and how far apart
/// repetitions lie at least (Linux' shortest timeout; RFC 6298 says a second).
constexpr unsigned kRepetitions = 6;
constexpr std::chrono::milliseconds kShortestTimeout{200};

/// The last `here` bytes of a line that is refused, its end included.
std::string spoilt(Side sender, const stream::Line& line, std::size_t here, bool refused_before) {
  const std::size_t end = std::min(here, line.end_length);
  const std::size_t text = here - end;
  // Behind a beginning that reads like a refusal, or in place of it, more of the same; else what nobody can
  // read.
  const bool readable = refused_before || here == line.length;
  std::string rest = readable ? refusal(sender, line.length - here, text) : std::string(text, 'X');
  return rest.append(std::string_view("\r\n").substr(2 - end));
}

/// Whether a server would obey a refused command of which only the last `here` bytes can still be spoilt: it
/// reads an endpoint before them, and takes what follows for nothing (vsftpd and Pure-FTPd do).
bool is_obeyed(Side sender, const ftp::Heard& heard, const stream::Line& line, std::size_t here) {
  if (sender == Side::server) return false;
  if (here <= line.end_length || line.has_telnet()) return true;
  const auto left = line.text.substr(0, std::min(line.length - here, line.text.size()));
  return ftp::find_endpoint(heard.form, left).has_value();
}

Reason why_foreign(const ftp::Heard& heard) {
  using Standing = ftp::Heard::Standing;
  if (heard.standing == Standing::from_middle) return Reason::seen_from_middle;
  return heard.standing == Standing::overrun ? Reason::too_many_commands : Reason::not_ftp;
}

}  // namespace

void Gateway::Impl::fresh(Flow& flow, const Arrival& arrival, std::size_t skip) {
  auto& direction = flow.direction(arrival.sender);
  const auto bytes = arrival.segment.payload().subspan(skip);
  // An edit that nobody acknowledges keeps everything behind it in memory; without one this is never so.
  if (direction.rewriter.backlog() > limits_.history && (skip > 0 || !is_settled(direction))) {
    return put_off(flow, arrival, skip);
  }
  // What repeats these edits may be a smaller packet than this one.
  direction.edit_room = kSafePacket - std::min(kSafePacket, arrival.segment.payload_offset());
  if (edits_would_overflow(flow, arrival, bytes)) {
    // By the time TCP sends it again, an acknowledgment has usually been seen. If not, no edit is made: the
    // lines are refused, which changes no length.
    if (++direction.edits_delayed <= kDelays) return put_off(flow, arrival, skip);
    direction.edit_room = 0;
  } else {
    direction.edits_delayed = 0;
  }

  const bool plain =
      skip == 0 && direction.absorbed() == 0 && direction.rewriter.is_plain(direction.order.next());
  const net::Seq awaited = direction.rewriter.next();  // by the receiver
  const Hearing hearing = hear(flow, arrival, bytes);
  if (hearing.cut) return cut_off(flow, arrival, awaited, *hearing.cut);
  if (plain && !hearing.edited && !hearing.absorbing) {
    return verdict(arrival.id, Action::accept, hearing.gave_up ? Reason::unfinished_line : Reason::passed);
  }
  const Reason reason = hearing.gave_up  ? Reason::unfinished_line
                        : hearing.edited ? Reason::rewritten
                                         : Reason::retransmitted;
  send_rendered(flow, arrival, reason);
}

/// TCP will send the packet again. Only what it repeats goes on now.
void Gateway::Impl::put_off(Flow& flow, const Arrival& arrival, std::size_t skip) {
  if (skip == 0) return verdict(arrival.id, Action::drop, Reason::edit_pending);
  flow.direction(arrival.sender).repetitions = 0;
  send_rendered(flow, arrival, Reason::edit_pending);
}

/// Empty acknowledgments never come by here, and the receiver may have nothing to say for long. But TCP
/// repeats from the first byte that was not acknowledged (RFC 6298 section 5): if a packet that had to wait
/// comes again and again, and nothing from before it, then everything before it was acknowledged.
bool Gateway::Impl::is_settled(Direction& direction) {
  if (direction.repetitions > 0 && now_ - direction.repeated_at < kShortestTimeout) return false;
  direction.repeated_at = now_;
  if (++direction.repetitions <= kRepetitions) return false;
  direction.repetitions = 0;
  direction.rewriter.settle();
  return true;
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
  while (!bytes.empty() && !hearing.cut) {
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
  const std::size_t here = absorbed + piece.size();  // of the line; the rest has left
  const bool refused = std::exchange(direction.line_refused, false);
  const bool whole = !line.overlong() && line.length == here;
  const auto state = refused ? LineState::refused : whole ? LineState::whole : LineState::begun;
  const auto heard = arrival.sender == Side::client ? flow.session.hear_command(line.text, !line.overlong())
                                                    : flow.session.hear_reply(line.text, !line.overlong());
  notice_foreign(flow, heard);
  const bool too_long = exceeds_length(flow, arrival, line.length);
  direction.length_told = false;
  const auto denied = refused ? std::nullopt : deny(flow, arrival, line, piece);
  direction.verb = VerbFate::unknown;
  direction.line_cut = false;
  const LineFate fate = denied ? *denied : react(flow, arrival, heard, line, state);
  if (too_long) hearing.cut = Reason::line_too_long;
  if (!hearing.cut) hearing.cut = fate.reset;
  if (!hearing.cut && !refused && fate.harmful && is_obeyed(arrival.sender, heard, line, here)) {
    hearing.cut = Reason::line_split;
  }
  if (!hearing.cut) hearing.cut = foreign_reset(flow, heard, arrival.id);
  if (hearing.cut) return;
  direction.order.advance(piece.size());
  if (fate.overwrite) {
    direction.rewriter.overwrite(as_bytes(*fate.overwrite));
    hearing.edited = true;
  } else if (fate.replacement) {
    direction.rewriter.replace(line.raw, as_bytes(*fate.replacement));
    hearing.edited = true;
  } else if (refused || (fate.spoil && here > line.end_length)) {
    direction.rewriter.overwrite(as_bytes(spoilt(arrival.sender, line, here, refused)));
    hearing.edited = true;
  } else {
    direction.rewriter.pass(line.raw.first(absorbed));
    direction.rewriter.pass(piece);
  }
  if (absorbed > 0) direction.rewriter.guarantee();
}

void Gateway::Impl::notice_foreign(Flow& flow, const ftp::Heard& heard) {
  if (flow.session.state() != ftp::Session::State::foreign || std::exchange(flow.foreign, true)) return;
  const Reason why = why_foreign(heard);
  negotiator_.withdraw(flow, why);
  edge_.flow_foreign(flow.view, why);
}

/// Why the session ends here, if it does: it is no FTP, and the policy does not want it then.
std::optional<Reason> Gateway::Impl::foreign_reset(const Flow& flow, const ftp::Heard& heard, PacketId id) {
  if (heard.kind != ftp::Heard::Kind::foreign || flow.policy->on_foreign == OnForeign::pass)
    return std::nullopt;
  if (heard.standing == ftp::Heard::Standing::from_middle) return std::nullopt;  // mid-stream says
  const Reason why = why_foreign(heard);
  edge_.refused(flow.view, {why, {}, id, flow.policy->observe});
  if (flow.policy->observe) return std::nullopt;
  return why;
}

LineFate Gateway::Impl::react(Flow& flow, const Arrival& arrival, const ftp::Heard& heard,
                              const stream::Line& line, LineState state) {
  using Kind = ftp::Heard::Kind;

  switch (heard.kind) {
    case Kind::foreign:
    case Kind::nothing:
    case Kind::offer_accepted:
      break;
    case Kind::offer:
    case Kind::answer:
      return negotiator_.negotiate(flow, arrival.sender, heard, line, state, arrival.id);
    case Kind::offer_refused:
      if (heard.command == flow.pinhole_command) negotiator_.withdraw(flow, Reason::server_refused);
      break;
    case Kind::encrypted:
      for (auto& direction : flow.directions) direction.tls.emplace();
      break;
    case Kind::ended:
      negotiator_.withdraw(flow, Reason::session_ended);
      break;
  }
  return {};
}

/// Clear text after TLS counts only if both sides did speak TLS: else anybody could skip the login with it.
void Gateway::Impl::leave_tls(Flow& flow, Side sender) {
  const auto& peer = flow.direction(other(sender)).tls;
  if (flow.direction(sender).tls->count() > 0 && (!peer || peer->count() > 0)) flow.session.cleared();
  flow.direction(sender).tls.reset();
}

}  // namespace pinhole::alg
