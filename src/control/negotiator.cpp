#include "control/negotiator.hpp"

#include <algorithm>
#include <array>

#include "control/masking.hpp"

namespace pinhole::control {
namespace {

using alg::Applied;
using alg::Decision;
using alg::Form;

/// The reasons of judge(); the others are about the line's place in the stream, or about ports.
bool judge_refuses(Reason reason) {
  constexpr std::array kReasons{Reason::not_logged_in, Reason::epsv_all, Reason::malformed,
                                Reason::other_family,  Reason::bounce,   Reason::other_host,
                                Reason::port_too_low};
  return std::ranges::find(kReasons, reason) != kReasons.end();
}

/// The line's text, its end not included, that names `to`; nullopt if it would need another length and that
/// is impossible.
std::optional<std::string> text_naming(const net::Endpoint& to, const Session& session,
                                       const ftp::Heard& heard, const stream::Line& line) {
  auto text = ftp::with_endpoint(heard.form, line.text, *heard.endpoint, to);
  const auto room = line.length - line.end_length;
  if (session.nat.nated() || text.size() == room) return text;
  if (heard.form == Form::pasv) return ftp::pasv_reply_of_length(to, room);
  return std::nullopt;
}

/// What becomes of a line that is refused, and how its ends learn it.
LineFate refused(const Session& session, Side sender, const stream::Line& line, LineState state, Reason why) {
  LineFate fate;
  if (session.policy->on_refusal == alg::OnRefusal::reset) {
    fate.reset = why;
  } else if (state == LineState::whole) {
    fate.replacement = masked(sender, line);
  } else {
    fate.garble = true;
    fate.harmful = judge_refuses(why);
  }
  return fate;
}

}  // namespace

LineFate Negotiator::negotiate(Session& session, const Arrival& arrival, const ftp::Heard& heard,
                               const stream::Line& line, LineState state) {
  const Judgement judgement = judge(heard, session.nat, *session.policy);
  alg::Negotiated result;
  result.form = heard.form;
  result.announced = judgement.announced;
  result.decision = judgement.decision;
  result.reason = judgement.reason;
  result.packet = arrival.id;
  LineFate fate;
  if (judgement.decision == Decision::open && !session.life.may_open()) {
    result.decision = Decision::ignore;
    result.reason = Reason::session_ended;
  } else if (judgement.decision == Decision::open) {
    auto outcome = grant(session, {arrival.sender, heard, line, state}, judgement);
    if (const auto* why = std::get_if<Reason>(&outcome)) {
      result.decision = Decision::refuse;
      result.reason = *why;
    } else {
      auto& [pinhole, text] = std::get<Granted>(outcome);
      session.pinhole.opened(pinhole, heard.command);
      unused_.opened(session, arrival.now);
      result.pinhole = pinhole;
      if (text) {
        result.rewritten = pinhole.to;
        fate.replacement = text->append(end_of(line));
      }
    }
  }
  const bool is_refused = result.decision == Decision::refuse;
  result.observed = is_refused && session.policy->observe;
  observer_.notice({session.nat, result});
  if (!is_refused || result.observed) return fate;
  return refused(session, arrival.sender, line, state, result.reason);
}

bool Negotiator::is_taken(const Outcome& outcome) {
  const auto* why = std::get_if<Reason>(&outcome);
  return why != nullptr && *why == Reason::port_taken;
}

Negotiator::Outcome Negotiator::grant(Session& session, const Request& request, const Judgement& judgement) {
  const auto most = session.policy->pinholes_per_session;
  if (request.state == LineState::masked) return Reason::unfinished_line;
  if (most > 0 && session.pinhole.count() >= most) return Reason::too_many_pinholes;
  withdraw(session, Reason::superseded);
  if (judgement.readdress && request.state != LineState::whole) return Reason::line_split;
  auto pinhole = judgement.pinhole;
  const bool third_host = judgement.reason == Reason::fxp || judgement.reason == Reason::data_node;
  const bool translated = session.nat.nated() && !third_host;
  const auto& policy = *session.policy;
  if (!translated || !policy.public_ports_only || policy.public_ports.contains(pinhole.to.port)) {
    auto outcome = try_port(session, request, judgement, pinhole);
    if (!is_taken(outcome) || !translated) return outcome;
  }
  if (request.state != LineState::whole) return Reason::line_split;  // too late for another port
  const alg::PortRange& range = policy.public_ports;
  for (auto tries = std::min(port_tries_, range.size()); tries > 0; --tries) {
    pinhole.to.port = next_public_port(range);
    if (is_control_port(pinhole.to.port, *session.policy)) continue;
    auto outcome = try_port(session, request, judgement, pinhole);
    if (!is_taken(outcome)) return outcome;
  }
  return Reason::ports_exhausted;
}

/// Has the tracker open the pinhole and shift the numbers as the line that names it asks for.
Negotiator::Outcome Negotiator::try_port(const Session& session, const Request& request,
                                         const Judgement& judgement, const alg::Pinhole& pinhole) {
  const auto& line = request.line;
  Granted granted{pinhole, std::nullopt};
  alg::Change change{pinhole, std::nullopt};
  if (judgement.readdress || pinhole.to.port != judgement.announced->port) {
    granted.text = text_naming(pinhole.to, session, request.heard, line);
    if (!granted.text) return Reason::no_sequence_adjustment;
    const auto rendered = granted.text->size() + line.end_length;
    const auto& stream = session.channel(request.sender).stream;
    if (rendered != line.length) {
      if (!stream.has_room(rendered)) return Reason::edit_pending;
      change.shift = {request.sender, stream.shift_after(line.length, rendered)};
    }
  }
  switch (tracker_.apply(session.nat, change)) {
    case Applied::all:
      return granted;
    case Applied::taken:
      return Reason::port_taken;
    case Applied::cannot_shift:
      return Reason::no_sequence_adjustment;
    case Applied::refused:
      break;
  }
  return Reason::expectation_refused;
}

net::Port Negotiator::next_public_port(const alg::PortRange& range) {
  const bool inside = range.first <= next_port_ && next_port_ <= range.last;
  const net::Port port = inside ? next_port_ : range.first;
  next_port_ = port == range.last ? range.first : static_cast<net::Port>(port + 1);
  return port;
}

void Negotiator::withdraw(Session& session, Reason why) {
  if (!session.pinhole.current()) return;
  unused_.over(session);
  const alg::Pinhole pinhole = *session.pinhole.current();
  const bool open = session.pinhole.is_open();
  if (open) tracker_.close(session.nat, pinhole);
  session.pinhole.closed();
  if (open) observer_.notice({session.nat, alg::Closed{pinhole, why}});
}

void Negotiator::established(Session& session, const net::FlowKey& connection) {
  using Connection = PinholeRecord::Connection;
  const bool was_open = session.pinhole.is_open();
  switch (session.pinhole.established(connection)) {
    case Connection::its_own:
      if (!was_open || session.pinhole.is_open()) return;
      unused_.over(session);
      tracker_.close(session.nat, *session.pinhole.current());
      observer_.notice({session.nat, alg::Connected{*session.pinhole.current(), connection.source.port}});
      return;
    case Connection::further:
      if (!tracker_.cut(session.nat, connection)) return;
      observer_.notice({session.nat, alg::Cut{connection.source, connection.destination}});
      return;
    case Connection::unknown:
      return;
  }
}

void Negotiator::withdraw_superfluous(alg::Time now) {
  while (auto* session = unused_.superfluous(now)) withdraw(*session, Reason::unused);
}

}  // namespace pinhole::control
