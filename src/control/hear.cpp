#include "control/hear.hpp"

#include <algorithm>
#include <exception>

#include "control/filter.hpp"
#include "control/masking.hpp"
#include "control/not_ftp.hpp"
#include "control/stray_ends.hpp"
#include "control/tls.hpp"
#include "control/unfinished.hpp"

namespace pinhole::control {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// Takes a line back when judging it throws.
class Rewind {
 public:
  Rewind(Session& session, Side sender)
      : session_(session),
        line_(session.channel(sender).line),
        bytes_(line_.mark()),
        dialogue_(session.dialogue.mark()),
        rate_(session.rate),
        exceptions_(std::uncaught_exceptions()) {}
  ~Rewind() {
    if (std::uncaught_exceptions() == exceptions_) return;
    line_.rewind(bytes_);
    session_.dialogue.rewind(dialogue_);
    session_.rate = rate_;
  }
  Rewind(const Rewind&) = delete;
  Rewind& operator=(const Rewind&) = delete;

 private:
  Session& session_;
  PendingLine& line_;
  PendingLine::Mark bytes_;
  ftp::Session::Mark dialogue_;
  CommandRate rate_;
  int exceptions_;
};

/// Whether this side has acknowledged everything that was said to it.
bool has_all(const Session& session, Side side) {
  return session.channel(other(side)).stream.remembered() == 0;
}

/// Whether a server would obey a refused command of which only the last `here` bytes can still be changed: it
/// reads an endpoint before them, and takes what follows for nothing (vsftpd and Pure-FTPd do).
bool is_obeyed(Side sender, const ftp::Heard& heard, const stream::Line& line, std::size_t here) {
  if (sender == Side::server) return false;
  if (here <= line.end_length || line.has_telnet()) return true;
  const auto left = line.text.substr(0, std::min(line.length - here, line.text.size()));
  return ftp::find_endpoint(heard.form, left).has_value();
}

/// How many NULs `bytes` begin with: behind a line's end, where some programs send their strings' ends, they
/// are nothing (RFC 854) and belong to no line.
template <typename Sequence>
std::size_t count_leading_nuls(const Sequence& bytes) {
  const auto other = std::find_if(bytes.begin(), bytes.end(), [](auto byte) { return byte != 0; });
  return static_cast<std::size_t>(other - bytes.begin());
}

bool is_between_lines(const Channel& channel) {
  return channel.line.length() == 0 && !(channel.tls && channel.tls->has_begun());
}

/// Passes them off the front of `bytes`.
void pass_leading_nuls(Channel& channel, Bytes& bytes) {
  const auto count = count_leading_nuls(bytes);
  if (count > 0) channel.stream.pass({}, bytes.first(count));
  bytes = bytes.subspan(count);
}

LineFate react(Session& session, const Arrival& arrival, const ftp::Heard& heard, const stream::Line& line,
               LineState state, Negotiator& negotiator) {
  using Kind = ftp::Heard::Kind;
  switch (heard.kind) {
    case Kind::not_ftp:
    case Kind::nothing:
    case Kind::offer_accepted:
      break;
    case Kind::offer:
    case Kind::answer:
      return negotiator.negotiate(session, arrival, heard, line, state);
    case Kind::offer_refused:
      if (session.pinhole.is_of(heard.command)) negotiator.withdraw(session, Reason::server_refused);
      break;
    case Kind::transfer_ended:
      if (session.pinhole.is_of(heard.command)) negotiator.withdraw(session, Reason::transfer_ended);
      break;
    case Kind::encrypted:
      follow_records(session);
      break;
    case Kind::ended:
      negotiator.withdraw(session, Reason::session_ended);
      break;
  }
  return {};
}

/// Does to the stream what was decided about the line; true if the packet was edited.
bool carry_out(Channel& channel, Side sender, const stream::Line& line, Bytes piece, const LineFate& fate) {
  const auto here = channel.stream.acknowledged_locally() + piece.size();
  const bool masked = channel.line.masked();
  if (fate.overwrite) {
    channel.stream.overwrite(as_bytes(*fate.overwrite), piece.size());
  } else if (fate.replacement) {
    channel.stream.replace(line.raw, as_bytes(*fate.replacement), piece.size());
  } else if (masked || (fate.garble && here > line.end_length)) {
    channel.stream.overwrite(as_bytes(garbled(sender, line, here, masked)), piece.size());
  } else {
    channel.stream.pass(line.raw.first(channel.stream.acknowledged_locally()), piece);
    return false;
  }
  return true;
}

void hear_line(Session& session, const Arrival& arrival, const stream::Line& line, Bytes piece,
               Hearing& hearing, Negotiator& negotiator, alg::Observer& observer) {
  const Side sender = arrival.sender;
  auto& channel = session.channel(sender);
  const auto extent = PendingLine::extent(line.length, channel.stream.acknowledged_locally(), piece.size());
  const bool masked = channel.line.masked();
  const bool whole = extent.whole() && !line.overlong();
  const auto state = masked ? LineState::masked : whole ? LineState::whole : LineState::begun;

  const bool stray_end = sender == Side::client && refuses_stray_ends(session) && has_stray_end(line.text);
  const auto heard = sender == Side::client ? session.dialogue.hear_command(line.text, !line.overlong(),
                                                                            has_all(session, Side::client))
                                            : session.dialogue.hear_reply(line.text, !line.overlong());
  if (session.dialogue.state() == ftp::Session::State::not_ftp) {
    report_not_ftp(session, why_not_ftp(session.dialogue), negotiator, observer);
  }
  const bool too_long =
      exceeds_length(session, sender, line.length) && refuse_length(session, arrival, observer);
  const auto denied = masked ? std::nullopt : filter(session, arrival, line, piece, stray_end, observer);
  const LineFate fate = denied ? *denied : react(session, arrival, heard, line, state, negotiator);

  hearing.reset = too_long ? Reason::line_too_long : fate.reset;
  if (!hearing.reset && !masked && fate.harmful && is_obeyed(sender, heard, line, extent.undecided())) {
    hearing.reset = Reason::line_split;
  }
  if (!hearing.reset) hearing.reset = refuse_not_ftp(session, heard, arrival, observer);
  if (!hearing.reset) hearing.edited |= carry_out(channel, sender, line, piece, fate);
  channel.line.end();
}

/// The same as may_edit(), of any line in `bytes`.
bool may_edit_any(const Session& session, Side sender, Bytes bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (true) {
    text.remove_prefix(count_leading_nuls(text));
    if (text.empty()) return false;
    const bool may_edit = sender == Side::client ? session.dialogue.may_need_edit_command(text)
                                                 : session.dialogue.may_need_edit_later_reply(text);
    if (may_edit) return true;
    const auto newline = text.find('\n');
    text.remove_prefix(newline == text.npos ? text.size() : newline + 1);
  }
}

}  // namespace

bool admit(Session& session, const Arrival& arrival, std::size_t skip) {
  const auto bytes = arrival.segment.payload().subspan(skip);
  const auto admission = session.channel(arrival.sender)
                             .stream.admit(skip, bytes.size(), arrival.segment.payload_offset(), arrival.now,
                                           [&] { return may_edit_any(session, arrival.sender, bytes); });
  return admission == stream::EditedDirection::Admission::hear;
}

Hearing hear(Session& session, const Arrival& arrival, Bytes bytes, const DelayedVerdicts& delayed,
             Negotiator& negotiator, alg::Observer& observer) {
  auto& channel = session.channel(arrival.sender);
  Hearing hearing;
  while (!bytes.empty() && !hearing.reset) {
    if (is_between_lines(channel)) pass_leading_nuls(channel, bytes);
    if (bytes.empty()) break;
    if (turns_to_tls(session, arrival.sender, bytes)) {
      session.dialogue.turned_to_tls();
      follow_records(session);
    }
    if (channel.tls) {
      // It may be clear text again since nobody heard it.
      const bool refused = filters_commands(*session.policy) && !session.policy->observe;
      if (refused && channel.tls->is_lost(bytes)) {
        hearing.reset = Reason::mid_stream;
        break;
      }
      bytes = skip_records(session, arrival.sender, bytes);
      continue;
    }
    const Rewind rewind(session, arrival.sender);
    const auto before = bytes;
    const auto line = channel.line.next(bytes);
    const auto piece = before.first(before.size() - bytes.size());
    if (line) {
      hear_line(session, arrival, *line, piece, hearing, negotiator, observer);
    } else {
      hear_beginning(session, arrival, piece, hearing, delayed, observer);
    }
  }
  return hearing;
}

bool may_edit(const Session& session, Side sender, std::string_view begin) {
  return sender == Side::client ? session.dialogue.may_need_edit_command(begin)
                                : session.dialogue.may_need_edit_reply(begin);
}

void pass_unheard(Session& session, const Arrival& arrival) {
  auto& channel = session.channel(arrival.sender);
  const auto& segment = arrival.segment;
  const auto placement = channel.stream.place(segment.seq(), segment.payload().size());
  if (placement.position != stream::Reassembler::Position::fresh) return;
  channel.stream.pass(channel.line.bytes().first(channel.stream.acknowledged_locally()),
                      segment.payload().subspan(placement.skip));
  channel.line.restart();
  session.dialogue.missed();
}

}  // namespace pinhole::control
