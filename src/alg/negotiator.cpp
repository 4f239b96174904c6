#include "alg/negotiator.hpp"

#include <algorithm>
#include <array>

#include "alg/commands.hpp"

namespace pinhole::alg {
namespace {

/// The end of a whole line, "\r\n" or "\n".
std::string_view end_of(const stream::Line& line) {
  return line.end_length == 2 ? "\r\n" : "\n";
}

/// The reasons of judge(); the others are about the line's place in the stream, or about ports.
bool judge_refuses(Reason reason) {
  constexpr std::array kReasons{Reason::not_logged_in, Reason::epsv_all, Reason::malformed,
                                Reason::other_family,  Reason::bounce,   Reason::foreign_address,
                                Reason::port_too_low};
  return std::ranges::find(kReasons, reason) != kReasons.end();
}

/// Whether it is enough to mask the verb.
bool only_verb_counts(const stream::Line& line) {
  const auto command = ftp::parse_command(line.text);
  return command && !line.has_telnet() && !holds_secret(*command);
}

}  // namespace

const char* to_string(Decision decision) {
  switch (decision) {
    case Decision::open:
      return "open";
    case Decision::refuse:
      return "refuse";
    case Decision::ignore:
      return "ignore";
  }
  return "";
}

std::string refusal(Side sender, std::size_t offset, std::size_t length) {
  if (sender == Side::client) return std::string(length, 'X');
  static constexpr std::string_view kReply = "425 Data connection refused by the firewall.";
  std::string text(kReply.substr(std::min(offset, kReply.size()), length));
  text.resize(length, ' ');
  return text;
}

std::string masked(Side sender, const stream::Line& line) {
  std::string text = refusal(sender, 0, line.length - line.end_length);
  if (sender == Side::client && only_verb_counts(line)) {
    text = line.text;
    std::fill_n(text.begin(), std::min(text.find(' '), text.size()), 'X');
  }
  return text.append(end_of(line));
}

LineFate Negotiator::negotiate(Flow& flow, Side sender, const ftp::Heard& heard, const stream::Line& line,
                               LineState state, PacketId packet) {
  const bool editable = state == LineState::whole;
  Judgement judgement = judge(heard, flow.view, *flow.policy);
  std::optional<Edited> edited;
  const auto refuse = [&judgement](Reason reason) {
    judgement.decision = Decision::refuse;
    judgement.reason = reason;
  };

  if (judgement.decision == Decision::open && flow.ending()) {
    judgement.decision = Decision::ignore;
    judgement.reason = Reason::session_ended;
  }
  const auto most = flow.policy->pinholes_per_session;
  if (judgement.decision == Decision::open && state == LineState::refused) {
    refuse(Reason::unfinished_line);
  } else if (judgement.decision == Decision::open && most > 0 && flow.pinholes >= most) {
    refuse(Reason::too_many_pinholes);
  } else if (judgement.decision == Decision::open) {
    withdraw(flow, Reason::superseded);
    const bool translated = flow.view.nated() && judgement.reason != Reason::fxp;
    if (judgement.readdress && !editable) {
      refuse(Reason::line_split);
    } else if (const auto failure = open(flow, judgement.pinhole, editable && translated)) {
      const bool too_late = *failure == Reason::port_taken && translated;  // for another port
      refuse(too_late ? Reason::line_split : *failure);
    } else {
      flow.pinhole = judgement.pinhole;
      ++flow.pinholes;
      flow.data = DataConnection::unknown;
      flow.pinhole_command = heard.command;
      edited = render(flow, heard, line, judgement);
      // What is unchanged leaves with its Telnet commands.
      const auto rendered = edited && edited->changed ? edited->text.size() + line.end_length : line.length;
      const auto& direction = flow.direction(sender);
      if (edited && rendered != line.length &&
          direction.rewriter.group_size() + rendered > direction.edit_room) {
        withdraw(flow, Reason::edit_pending);
        refuse(Reason::edit_pending);
      } else if (!edited || !shift(flow, sender, line.length, rendered)) {
        withdraw(flow, Reason::cannot_shift);
        refuse(Reason::cannot_shift);
      }
    }
  }

  Negotiation negotiation{heard.form,       judgement.announced, std::nullopt, judgement.decision,
                          judgement.reason, std::nullopt,        packet};
  if (judgement.decision == Decision::open) {
    negotiation.pinhole = judgement.pinhole;
    if (edited->changed) negotiation.rewritten = judgement.pinhole.to;
  }
  negotiation.observed = judgement.decision == Decision::refuse && flow.policy->observe;
  edge_.negotiated(flow.view, negotiation);
  return fate_of(flow, sender, line, state, judgement, edited);
}

LineFate Negotiator::fate_of(const Flow& flow, Side sender, const stream::Line& line, LineState state,
                             const Judgement& judgement, std::optional<Edited>& edited) const {
  LineFate fate;
  if (judgement.decision == Decision::open && edited->changed) {
    fate.replacement = edited->text.append(end_of(line));
  }
  if (judgement.decision != Decision::refuse || flow.policy->observe) return fate;
  if (flow.policy->on_refusal == OnRefusal::reset) {
    fate.reset = judgement.reason;
  } else if (state == LineState::whole) {
    fate.replacement = masked(sender, line);
  } else {
    fate.spoil = true;
    fate.harmful = judge_refuses(judgement.reason);
  }
  return fate;
}

std::optional<Reason> Negotiator::open(Flow& flow, Pinhole& pinhole, bool other_ports) {
  Opened opened = tracker_.open(flow.view, pinhole);
  if (opened == Opened::taken && !other_ports) return Reason::port_taken;
  const PortRange& range = flow.policy->public_ports;
  const auto tries = std::min(limits_.port_tries, range.size());
  for (std::size_t i = 0; opened == Opened::taken && i < tries; ++i) {
    pinhole.to.port = next_public_port(range);
    opened = tracker_.open(flow.view, pinhole);
  }
  if (opened == Opened::yes) return std::nullopt;
  return opened == Opened::taken ? Reason::ports_exhausted : Reason::tracker_refused;
}

net::Port Negotiator::next_public_port(const PortRange& range) {
  const bool inside = range.first <= next_port_ && next_port_ <= range.last;
  const net::Port port = inside ? next_port_ : range.first;
  next_port_ = port == range.last ? range.first : static_cast<net::Port>(port + 1);
  return port;
}

/// The line's text as it must go on; nullopt if it would need another length and that is impossible.
std::optional<Negotiator::Edited> Negotiator::render(const Flow& flow, const ftp::Heard& heard,
                                                     const stream::Line& line,
                                                     const Judgement& judgement) const {
  const auto& to = judgement.pinhole.to;
  if (!judgement.readdress && to.port == judgement.announced->port)
    return Edited{std::string(line.text), false};
  auto text = ftp::with_endpoint(heard.form, line.text, *heard.endpoint, to);
  const auto room = line.length - line.end_length;
  if (flow.view.nated() || text.size() == room) return Edited{std::move(text), true};
  if (heard.form == Form::pasv) {
    if (auto fitted = ftp::pasv_reply_of_length(to, room)) return Edited{std::move(*fitted), true};
  }
  return std::nullopt;
}

bool Negotiator::shift(Flow& flow, Side sender, std::size_t original, std::size_t rendered) {
  if (original == rendered) return true;
  return tracker_.shift(flow.view, sender, flow.direction(sender).rewriter.shift_after(original, rendered));
}

void Negotiator::withdraw(Flow& flow, Reason why) {
  if (!flow.pinhole) return;
  const Pinhole pinhole = *flow.pinhole;
  flow.pinhole.reset();
  tracker_.close(flow.view, pinhole);
  edge_.pinhole_closed(flow.view, pinhole, why);
}

}  // namespace pinhole::alg
