#include "pinhole/ftp/session.hpp"

#include <algorithm>
#include <utility>

#include "ftp/transitions.hpp"

namespace pinhole::ftp {
namespace {

bool is_offer(Verb verb) {
  return verb == Verb::port || verb == Verb::eprt;
}
bool is_passive(Verb verb) {
  return verb == Verb::pasv || verb == Verb::epsv;
}
/// Whether a multi-line reply to it may quote names or texts of users.
bool quotes_users(Verb verb) {
  return verb != Verb::user && verb != Verb::pass && verb != Verb::acct && verb != Verb::server_text;
}
bool logs_in(Verb verb) {
  return verb == Verb::user || verb == Verb::pass || verb == Verb::acct;
}

}  // namespace

Heard Session::become_not_ftp(Heard::Standing why) {
  now_.state = State::not_ftp;
  now_.why_not_ftp = why;
  now_.transferring = false;
  outstanding_.clear();
  first_ = 0;
  now_.open_reply = 0;
  Heard heard;
  heard.kind = Heard::Kind::not_ftp;
  heard.standing = standing();
  return heard;
}

Heard::Standing Session::standing() const {
  using Standing = Heard::Standing;
  if (now_.state == State::not_ftp) return now_.why_not_ftp;
  if (now_.state == State::greeting) return Standing::from_middle;  // or before it began: who knows
  if (now_.state == State::login && !rules_.require_login) return Standing::good;
  if (now_.state != State::authorized) return Standing::not_logged_in;
  return Standing::good;
}

Heard Session::hear_command(std::string_view line, bool whole, bool acknowledged) {
  if (!in_clear() || line.empty()) return {};
  const auto command = parse_command(line);
  if (std::exchange(now_.command_may_lack_beginning, false) && !command) return {};
  const bool logged_in = now_.state == State::authorized || now_.state == State::ended;
  if (!command || (!command->known && !logged_in)) {
    return now_.state == State::not_ftp ? Heard{} : become_not_ftp();
  }

  Heard heard;
  heard.command = ++now_.commands;
  if (is_offer(command->verb)) {
    heard.kind = Heard::Kind::offer;
    heard.form = command->verb == Verb::port ? Form::port : Form::eprt;
    heard.standing = standing();
    if (heard.standing == Heard::Standing::good && now_.epsv_all) heard.standing = Heard::Standing::epsv_all;
    if (whole) heard.endpoint = find_endpoint(heard.form, line);
  }
  if (now_.state == State::not_ftp) return heard;
  if (outstanding_.size() - first_ >= rules_.outstanding) return become_not_ftp(Heard::Standing::overrun);
  if (first_ == outstanding_.size() || first_ >= rules_.outstanding) {  // the answered ones make room
    outstanding_.erase(outstanding_.begin(), outstanding_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  outstanding_.push_back({command->verb, now_.commands, now_.negotiation, is_alone(acknowledged)});
  if (is_offer(command->verb) || is_passive(command->verb)) now_.negotiation = now_.commands;
  return heard;
}

Heard Session::hear_reply(std::string_view line, bool whole) {
  if (!in_clear()) return {};
  const auto reply = parse_reply(line);
  if (now_.open_reply != 0) {  // RFC 959 section 4.2: ends with the same code and a space
    if (!reply || reply->continues || reply->code != now_.open_reply || (line.size() > 3 && line[3] != ' ')) {
      ++now_.inner_lines;
      note_line_too_many();
      now_.only_indented = now_.only_indented && line.starts_with(' ');
      return {};
    }
    now_.open_reply = 0;
    note_quotation();
    // Its meaning was in the code; an endpoint is only ever on a reply of one line.
    const bool answers = (reply->code == 227 || reply->code == 229) && now_.state != State::greeting;
    if (!answers) return final_reply(*reply);
    take_passive();
    return {};
  }
  if (!reply && now_.reply_may_lack_beginning) return {};
  if (!reply) return now_.state == State::not_ftp ? Heard{} : become_not_ftp();
  now_.reply_may_lack_beginning = false;
  if (reply->continues) {
    now_.open_reply = reply->code;
    now_.inner_lines = 0;
    now_.only_indented = true;
    return {};
  }
  if (reply->code == 227) return answer(Form::pasv, line, whole);
  if (reply->code == 229) return answer(Form::epsv, line, whole);
  return final_reply(*reply);
}

std::optional<Session::Outstanding> Session::take_passive() {
  for (std::size_t i = first_; i < outstanding_.size(); ++i) {
    if (!is_passive(outstanding_[i].verb)) continue;
    first_ = i + 1;
    return outstanding_[i];
  }
  return std::nullopt;
}

Heard Session::answer(Form form, std::string_view line, bool whole) {
  Heard heard;
  heard.kind = Heard::Kind::answer;
  heard.form = form;
  if (now_.state == State::greeting) become_not_ftp(Heard::Standing::from_middle);
  heard.standing = standing();
  if (whole) heard.endpoint = find_endpoint(form, line);
  if (now_.state == State::not_ftp) return heard;
  const auto command = take_passive();
  if (!command) {
    heard.standing = Heard::Standing::unsolicited;
    return heard;
  }
  heard.command = command->number;
  if (heard.standing == Heard::Standing::good && now_.epsv_all && command->verb == Verb::pasv) {
    heard.standing = Heard::Standing::epsv_all;
  }
  if (heard.standing == Heard::Standing::good && now_.has_quoted && !command->alone) {
    heard.standing = Heard::Standing::quoted;
  }
  return heard;
}

Heard Session::final_reply(const ReplyLine& reply) {
  if (now_.state == State::not_ftp) return {};
  if (now_.state == State::greeting) {
    const State then = state_after(now_.state, std::nullopt, reply.code);
    if (then == State::not_ftp) return become_not_ftp(Heard::Standing::from_middle);
    now_.state = then;
    return {};
  }
  if (first_ == outstanding_.size()) return {};
  if (reply.preliminary()) {
    now_.transferring = true;
    now_.transfer = outstanding_[first_].number;
    return {};
  }
  if (is_passive(outstanding_[first_].verb) && reply.code < 400) {
    note_line_too_many();
    return {};  // no answer to PASV: a reply too many to an earlier command
  }
  now_.transferring = false;
  const auto& command = outstanding_[first_++];
  auto heard = conclude(command, reply);
  if (command.number == now_.transfer && heard.kind == Heard::Kind::nothing) {
    heard.kind = Heard::Kind::transfer_ended;
    heard.command = command.negotiation;
  }
  return heard;
}

/// Of a command that is sent now.
bool Session::is_alone(bool acknowledged) const {
  if (now_.open_reply != 0) return false;
  if (first_ == outstanding_.size()) return acknowledged;
  return std::all_of(outstanding_.begin() + static_cast<std::ptrdiff_t>(first_), outstanding_.end(),
                     [](const Outstanding& before) { return before.alone && before.verb == Verb::setting; });
}

/// What the open commands are answered with may be what came behind a forged end.
void Session::note_line_too_many() {
  for (auto i = first_; i < outstanding_.size(); ++i) outstanding_[i].alone = false;
}

/// The multi-line reply that ends now may have printed a line of its user's, which only looks like the
/// server's.
void Session::note_quotation() {
  if (now_.state != State::authorized && now_.state != State::ended) return;
  const bool answers = first_ < outstanding_.size();
  const auto verb = answers ? outstanding_[first_].verb : Verb::other;
  const bool facts =
      verb == Verb::mlst && now_.inner_lines == 1 && now_.only_indented;  // RFC 3659 section 7.2
  if (!facts && quotes_users(verb)) now_.has_quoted = true;
}

Heard Session::conclude(const Outstanding& command, const ReplyLine& reply) {
  Heard heard;
  heard.command = command.number;
  if (is_offer(command.verb)) {
    heard.kind = reply.completes() ? Heard::Kind::offer_accepted : Heard::Kind::offer_refused;
    heard.form = command.verb == Verb::port ? Form::port : Form::eprt;
  }
  if (command.verb == Verb::epsv_all && reply.completes()) now_.epsv_all = true;
  if (command.verb == Verb::rein && reply.completes()) now_.epsv_all = false;
  const State before = std::exchange(now_.state, state_after(now_.state, command.verb, reply.code));
  if (now_.state == State::encrypted && before != now_.state) heard.kind = Heard::Kind::encrypted;
  if (now_.state == State::ended && before != now_.state) heard.kind = Heard::Kind::ended;
  return heard;
}

Session::Mark Session::mark() const {
  return {now_, outstanding_.size() - first_};
}

void Session::rewind(const Mark& mark) {
  if (now_.state == State::not_ftp) return;
  const std::size_t open = outstanding_.size() - first_;
  if (open > mark.open) {
    outstanding_.resize(first_ + mark.open);
  } else {
    first_ = outstanding_.size() - mark.open;  // answered ones are kept until the next command comes
  }
  now_ = mark.now;
}

void Session::resume(State state, bool epsv_all) {
  now_.state = state;
  now_.epsv_all = epsv_all;
  now_.has_quoted = true;  // for all that is known
  now_.command_may_lack_beginning = now_.reply_may_lack_beginning = true;
}

void Session::missed() {
  if (now_.state != State::encrypted) become_not_ftp(Heard::Standing::from_middle);
}

void Session::cleared() {
  if (now_.state != State::encrypted) return;
  now_.state = State::authorized;
  outstanding_.clear();
  first_ = 0;
  now_.transferring = false;
}

/// Logged in, or perhaps so by the time that a line which has begun ends.
bool Session::may_negotiate_soon() const {
  const bool may_log_in =
      now_.state == State::login || now_.state == State::greeting;  // commands may go ahead of it
  if (!may_log_in) return now_.state == State::authorized;
  if (!rules_.require_login) return true;
  return std::any_of(outstanding_.begin() + static_cast<std::ptrdiff_t>(first_), outstanding_.end(),
                     [](const Outstanding& command) { return logs_in(command.verb); });
}

bool Session::may_need_edit_command(std::string_view begin) const {
  return may_negotiate_soon() && may_become_offer(begin);
}

bool Session::may_need_edit_reply(std::string_view begin) const {
  return now_.open_reply == 0 && may_need_edit_later_reply(begin);
}

bool Session::may_need_edit_later_reply(std::string_view begin) const {
  if (!may_negotiate_soon()) return false;
  for (std::size_t i = first_; i < outstanding_.size(); ++i) {
    if (is_passive(outstanding_[i].verb)) return may_become_answer(begin);
  }
  return false;
}

}  // namespace pinhole::ftp
