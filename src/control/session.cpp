#include "control/session.hpp"

#include <algorithm>

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
      origin(first.syn() ? Origin::handshake : Origin::middle),
      dialogue({policy->max_outstanding_commands, policy->require_login}),
      channels{Channel(begin_of(Side::client, view, sender, first), view.shift.client, limits),
               Channel(begin_of(Side::server, view, sender, first), view.shift.server, limits)} {
  if (origin == Origin::handshake) return;
  // Should a greeting come, it was the beginning nevertheless.
  channel(Side::client).line.begin_in_the_middle();
  if (policy->mid_stream == alg::MidStream::pick_up) dialogue.pick_up();
}

alg::Time idle_deadline_of(const Session& session, const alg::Limits& limits) {
  // One side has left and the other does not answer, or none has said anything: there may be nobody.
  const bool alive = session.life.stage() == Life::Stage::open;
  return session.last_heard +
         (alive ? alg::Time(session.policy->idle_timeout) : alg::Time(limits.flow_linger));
}

std::optional<alg::Time> line_deadline_of(const Session& session, Side side) {
  const auto& channel = session.channel(side);
  if (channel.stream.absorbed() == 0 || session.life.stage() == Life::Stage::reset) return std::nullopt;
  return channel.line.absorbed_since() + session.policy->line_timeout;
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
