#include "control/trust.hpp"

#include "control/session.hpp"

namespace pinhole::control {
namespace {

using Label = alg::Labels::State;
using State = ftp::Session::State;

/// Conntrack has seen a handshake's first two packets, of which this is the second.
bool is_opening(const alg::View& view, const net::TcpSegment& segment) {
  return view.opening && segment.syn() && segment.has_ack();
}

Label label_of(const Session& session, Label written) {
  switch (session.dialogue.state()) {
    case State::not_ftp:
      return Label::not_ftp;
    case State::encrypted:
      return Label::encrypted;
    case State::authorized:
      return Label::authorized;
    case State::ended:  // nothing is opened any more, and it will soon be gone
      return written;
    case State::greeting:
    case State::login:
      break;
  }
  if (session.life.has_spoken(net::Side::client)) return Label::login;
  return session.life.has_spoken(net::Side::server) ? Label::greeting : written;
}

}  // namespace

Belief believed(const alg::View& view, const net::TcpSegment& first) {
  const Belief from_its_beginning{first.syn() ? Origin::handshake : Origin::fresh, State::greeting, false,
                                  false};
  if (!view.labels) return is_opening(view, first) ? from_its_beginning : Belief{};
  const auto& labels = *view.labels;
  if (labels.state == Label::not_ftp) return {Origin::middle, State::not_ftp, false, true};
  if (labels.unread || labels.garbled) return {};
  switch (labels.state) {
    case Label::none:
      return labels.fresh ? from_its_beginning : Belief{};
    case Label::greeting:
      return {Origin::middle, State::login, false, false};
    case Label::authorized:
      return {Origin::middle, State::authorized, labels.epsv_all, false};
    case Label::encrypted:
      return {Origin::middle, State::encrypted, labels.epsv_all, false};
    case Label::not_ftp:
    case Label::login:  // a password may have been wrong, or a browser's POST half over
      break;
  }
  return {};
}

bool is_begun_anew(const Session& session, const alg::View& now, const net::TcpSegment& segment) {
  if (!segment.syn() || !segment.has_ack()) return false;
  const bool nothing_said =
      session.life.stage() == Life::Stage::silent && believed(now, segment).origin == session.origin;
  const bool repeated =
      nothing_said && segment.seq() + 1 == session.channel(net::Side::server).stream.heard();
  return !repeated && believed(now, segment).origin == Origin::handshake;
}

std::optional<alg::Labels> labels_due(const Session& session) {
  if (!session.labels) return std::nullopt;
  auto due = *session.labels;
  due.state = label_of(session, due.state);
  if (due.state != Label::none) due.fresh = false;
  due.epsv_all = session.dialogue.epsv_all();
  if (due == *session.labels) return std::nullopt;
  return due;
}

}  // namespace pinhole::control
