#include "support/session_witness.hpp"

#include "support/endpoint_reading.hpp"
#include "support/law.hpp"

namespace pinhole::test {

using Kind = ftp::Heard::Kind;
using Standing = ftp::Heard::Standing;
using State = ftp::Session::State;

SessionWitness::Foresight SessionWitness::foresee(bool client, std::string_view line) const {
  Foresight foresight;
  for (std::size_t length = 0; length < line.size(); ++length) {
    const auto begin = line.substr(0, length);
    const bool now = client ? session_.may_need_edit_command(begin) : session_.may_need_edit_reply(begin);
    foresight.every_beginning = foresight.every_beginning && now;
    if (client) continue;
    law(!now || session_.may_need_edit_later_reply(begin), "a reply may need an edit only if none precedes");
    foresight.even_behind_others =
        foresight.even_behind_others && at_command_.may_need_edit_later_reply(begin);
  }
  return foresight;
}

ftp::Heard SessionWitness::hear_command(std::string_view line, bool whole) {
  const auto before = state();
  const bool may_end_a_reply = session_.may_have_ended_otherwise();
  const auto foresight = foresee(true, line);
  const auto heard = session_.hear_command(line, whole);
  const auto command = ftp::parse_command(line);
  if (command && heard.command != 0 && (ftp::is_passive(command->verb) || ftp::is_offer(command->verb))) {
    law(asked_.emplace(heard.command, command->verb).second, "two commands have one number");
  }
  law(state() == before || state() == State::not_ftp || may_end_a_reply,
      "a command changed the session's state");
  law(state() != State::encrypted || before == State::encrypted, "a command began TLS");
  check(heard, line, whole, foresight);
  at_command_ = session_;
  return heard;
}

ftp::Heard SessionWitness::hear_reply(std::string_view line, bool whole) {
  const auto before = state();
  const auto foresight = foresee(false, line);
  const auto heard = session_.hear_reply(line, whole);
  if (before != State::greeting && line.starts_with('2')) completed_ = true;
  if (state() != before) check_state(before, line);
  check(heard, line, whole, foresight);
  return heard;
}

void SessionWitness::cleared() {
  const auto before = state();
  session_.cleared();
  law(state() == (before == State::encrypted ? State::authorized : before),
      "clear text where none was ended");
  if (before == State::encrypted) completed_ = true;  // the login was inside
  at_command_ = session_;
}

void SessionWitness::check_state(State before, std::string_view reply) {
  const auto code = reply.substr(0, 3);
  switch (state()) {
    case State::greeting:
      throw LawBroken("a session began twice");
    case State::login:
      return law(code == "220" || code == "200" || (before != State::greeting && code[0] == '2') ||
                     (before == State::authorized && code[0] == '3'),  // another USER
                 "no greeting, no login");
    case State::authorized:
      return law(before == State::login && code[0] == '2', "logged in by what is no 2yz");
    case State::encrypted:
      return law(before != State::greeting && code == "234", "encrypted without 234");
    case State::ended:
      return law(before != State::greeting && code[0] == '2', "ended by what is no 2yz");
    case State::not_ftp:
      return;
  }
}

void SessionWitness::check(const ftp::Heard& heard, std::string_view line, bool whole,
                           const Foresight& foresight) {
  law(!heard.endpoint || whole, "an endpoint in a line of which only the beginning is known");
  law(!heard.endpoint || says(heard.form, line, *heard.endpoint), "the line says another endpoint");
  law(!not_ftp_ || heard.kind != Kind::not_ftp, "told twice that it is no FTP");
  not_ftp_ = not_ftp_ || heard.kind == Kind::not_ftp || state() == State::not_ftp;
  law(!not_ftp_ || state() == State::not_ftp, "what is no FTP stays so");

  if (heard.kind == Kind::offer_accepted || heard.kind == Kind::offer_refused) {
    const auto offer = asked_.find(heard.command);
    law(offer != asked_.end() && ftp::is_offer(offer->second), "a reply concluded what was no offer");
    law(heard.command > last_concluded_, "a command was concluded twice or out of order");
    last_concluded_ = heard.command;
  }
  if (heard.kind != Kind::offer && heard.kind != Kind::answer) return;
  law(ftp::is_active(heard.form) == (heard.kind == Kind::offer), "a form of the other side");
  if (heard.standing == Standing::good) {
    law(completed_ && !not_ftp_ && state() == State::authorized, "good standing without a login");
    if (heard.kind == Kind::answer) check_answer(heard);
  }
  const bool left_alone = heard.standing == Standing::not_ftp || heard.standing == Standing::from_middle ||
                          heard.standing == Standing::overrun || heard.standing == Standing::unsolicited;
  // What is refused before the login needs no other length, and is refused however much of it has left.
  if (left_alone || heard.standing == Standing::not_logged_in) return;
  law(foresight.every_beginning, "an edit was not foreseen");
  law(foresight.even_behind_others, "an edit behind other replies was not foreseen");
}

void SessionWitness::check_answer(const ftp::Heard& heard) {
  const auto command = asked_.find(heard.command);
  law(command != asked_.end() && ftp::is_passive(command->second), "an answer to what was no PASV or EPSV");
  law(heard.command > last_concluded_, "a command was answered twice or out of order");
  last_concluded_ = heard.command;
  ++answered_well_;
}

}  // namespace pinhole::test
