#include "control/reset.hpp"

#include "pinhole/net/packet_edit.hpp"

namespace pinhole::control {

bool ends_session(const Session& session, const Arrival& rst) {
  const net::Seq end =
      session.channel(rst.sender).stream.heard() + (session.life.has_left(rst.sender) ? 1 : 0);
  const bool all_seen =
      session.origin == Origin::handshake && session.dialogue.state() != ftp::Session::State::not_ftp;
  return !all_seen || rst.segment.seq() <= end;
}

Fate pass_reset(const Session& session, const Arrival& rst, Outbox& outbox) {
  const auto& stream = session.channel(rst.sender).stream;
  const bool in_mid_line = stream.acknowledged_locally() > 0 && rst.segment.seq() == stream.heard();
  if (!in_mid_line) return Fate::accept(Reason::passed);
  net::rebuild(rst.segment, stream.left(), {}, false, outbox.onward);
  return Fate::replace(Reason::rewritten, outbox.onward);
}

Fate reset_both(const Arrival& arrival, net::Seq awaited, Reason why, Outbox& outbox) {
  net::build_reset(arrival.segment, outbox.back);
  net::rebuild_as_reset(arrival.segment, awaited, outbox.onward);
  return Fate::replace(why, outbox.onward).answered(alg::Answer::reset, outbox.back);
}

Fate turn_away(const Arrival& arrival, Outbox& outbox) {
  if (arrival.segment.rst()) return Fate::accept(Reason::passed);
  if (!arrival.segment.has_ack()) return Fate::drop(Reason::session_reset);
  net::build_reset(arrival.segment, outbox.back);
  return Fate::drop(Reason::session_reset).answered(alg::Answer::reset, outbox.back);
}

}  // namespace pinhole::control
