#include "control/not_ftp.hpp"

namespace pinhole::control {

Reason why_not_ftp(const ftp::Session& dialogue) {
  using Standing = ftp::Heard::Standing;
  if (dialogue.why_not_ftp() == Standing::from_middle) return Reason::mid_stream;
  return dialogue.why_not_ftp() == Standing::overrun ? Reason::too_many_commands : Reason::not_ftp;
}

void report_not_ftp(Session& session, Reason why, Negotiator& negotiator, alg::Observer& observer) {
  if (session.not_ftp_reported) return;
  negotiator.withdraw(session, why);
  session.not_ftp_reported = true;
  observer.notice({session.nat, alg::NotFtp{why}});
}

std::optional<Reason> refuse_not_ftp(const Session& session, const ftp::Heard& heard, const Arrival& arrival,
                                     alg::Observer& observer) {
  if (heard.kind != ftp::Heard::Kind::not_ftp || session.policy->on_not_ftp == alg::OnNotFtp::pass)
    return std::nullopt;
  if (heard.standing == ftp::Heard::Standing::from_middle) return std::nullopt;
  const Reason why = why_not_ftp(session.dialogue);
  observer.notice({session.nat, alg::Refused{why, {}, arrival.id, session.policy->observe}});
  if (session.policy->observe) return std::nullopt;
  return why;
}

}  // namespace pinhole::control
