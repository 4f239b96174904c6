#include "control/session.hpp"

#include <algorithm>

#include "control/filter.hpp"

namespace pinhole::control {
namespace {

using net::Side;

net::Seq begin_of(Side side, const alg::View& view, Side sender, const net::TcpSegment& first) {
  if (side == sender) return first.seq() + (first.syn() ? 1 : 0);
  return view.shift[side].unshift(first.ack());
}

}  // namespace

Session::Session(const alg::View& view, Side sender, const net::TcpSegment& first,
                 std::shared_ptr<const alg::Policy> rules, const alg::Limits& limits)
    : nat(view.nat),
      policy(std::move(rules)),
      labels(view.labels),
      dialogue({policy->max_outstanding_commands, policy->require_login, names_commands(*policy)}),
      channels{Channel(begin_of(Side::client, view, sender, first), view.shift.client, limits),
               Channel(begin_of(Side::server, view, sender, first), view.shift.server, limits)} {
  const auto standing = believed(view, first);
  origin = standing.origin;
  if (origin != Origin::middle) return;
  channel(Side::client).line.begin_in_the_middle();
  if (standing.not_ftp) {
    dialogue.is_not_ftp();
  } else if (standing.state == ftp::Session::State::not_ftp) {
    dialogue.missed();
  } else {
    dialogue.resume(standing.state, standing.epsv_all);
  }
  if (standing.state != ftp::Session::State::encrypted) return;
  for (const auto side : {Side::client, Side::server}) {
    channel(side).tls.emplace(ftp::TlsRecords::in_the_middle());
  }
}

alg::Time idle_deadline_of(const Session& session, const alg::Limits& limits) {
  // One side has left and the other does not answer, or none has said anything: there may be nobody.
  const bool alive = session.life.stage() == Life::Stage::open;
  return session.last_heard +
         (alive ? alg::Time(session.policy->idle_timeout) : alg::Time(limits.flow_linger));
}

std::optional<alg::Time> line_deadline_of(const Session& session, Side side) {
  const auto& channel = session.channel(side);
  if (channel.stream.acknowledged_locally() == 0 || session.life.stage() == Life::Stage::reset)
    return std::nullopt;
  return channel.line.acknowledged_since() + session.policy->line_timeout;
}

std::optional<alg::Time> question_due(const Session& session) {
  if (session.life.over() || !session.dialogue.transferring()) return std::nullopt;
  return session.pinhole.next_question(session.last_heard);
}

alg::Time deadline_of(const Session& session, const alg::Limits& limits) {
  auto deadline = idle_deadline_of(session, limits);
  for (const auto side : {Side::client, Side::server}) {
    if (const auto line = line_deadline_of(session, side)) deadline = std::min(deadline, *line);
  }
  if (const auto question = question_due(session)) {
    deadline = std::min(deadline, *question - alg::Time(1));  // it is due at its time, not after it
  }
  return deadline;
}

}  // namespace pinhole::control
