#include "pinhole/ftp/session.hpp"

#include <algorithm>
#include <utility>

#include "ftp/text.hpp"

namespace pinhole::ftp {
namespace {

bool is_offer(Verb verb) {
  return verb == Verb::port || verb == Verb::eprt;
}
bool is_passive(Verb verb) {
  return verb == Verb::pasv || verb == Verb::epsv;
}
bool logs_in(Verb verb) {
  return verb == Verb::user || verb == Verb::pass || verb == Verb::acct;
}

bool asks_for_tls(std::string_view mechanism) {  // RFC 4217 section 2
  return equals_ignoring_case(mechanism.substr(0, 3), "TLS") || equals_ignoring_case(mechanism, "SSL");
}

}  // namespace

Heard Session::become_foreign(bool from_middle) {
  state_ = State::foreign;
  from_middle_ = from_middle;
  outstanding_.clear();
  first_ = 0;
  open_reply_ = 0;
  Heard heard;
  heard.kind = Heard::Kind::foreign;
  heard.standing = standing();
  return heard;
}

Heard::Standing Session::standing() const {
  using Standing = Heard::Standing;
  if (state_ == State::foreign) return from_middle_ ? Standing::from_middle : Standing::foreign;
  if (state_ == State::greeting) return Standing::from_middle;  // or before it began: who knows
  if (state_ != State::authorized) return Standing::not_logged_in;
  return Standing::good;
}

Heard Session::hear_command(std::string_view line, bool whole) {
  if (!in_clear() || line.empty()) return {};
  const auto command = parse_command(line);
  if (std::exchange(command_may_be_cut_, false) && !command) return {};
  const bool logged_in = state_ == State::authorized || state_ == State::ended;
  if (!command || (!command->known && !logged_in)) {
    return state_ == State::foreign ? Heard{} : become_foreign();
  }

  Heard heard;
  heard.command = ++commands_;
  const bool epsv_all = command->verb == Verb::epsv && equals_ignoring_case(command->argument, "ALL");
  if (is_offer(command->verb)) {
    heard.kind = Heard::Kind::offer;
    heard.form = command->verb == Verb::port ? Form::port : Form::eprt;
    heard.standing = standing();
    if (heard.standing == Heard::Standing::good && epsv_all_) heard.standing = Heard::Standing::epsv_all;
    if (whole) heard.endpoint = find_endpoint(heard.form, line);
  }
  if (state_ == State::foreign) return heard;
  if (outstanding_.size() - first_ >= limit_) return become_foreign();
  if (first_ == outstanding_.size() || first_ >= limit_) {  // the answered ones make room
    outstanding_.erase(outstanding_.begin(), outstanding_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  outstanding_.push_back(
      {command->verb, command->verb == Verb::auth ? asks_for_tls(command->argument) : epsv_all, commands_});
  return heard;
}

Heard Session::hear_reply(std::string_view line, bool whole) {
  if (!in_clear()) return {};
  const auto reply = parse_reply(line);
  if (open_reply_ != 0) {  // RFC 959 section 4.2: ends with the same code and a space
    if (!reply || reply->continues || reply->code != open_reply_ || (line.size() > 3 && line[3] != ' ')) {
      return {};
    }
    open_reply_ = 0;
    // Its meaning was in the code; an endpoint is only ever on a reply of one line.
    const bool answers = (reply->code == 227 || reply->code == 229) && state_ != State::greeting;
    if (!answers) return final_reply(*reply);
    take_passive();
    return {};
  }
  if (!reply && reply_may_be_cut_) return {};
  if (!reply) return state_ == State::foreign ? Heard{} : become_foreign();
  if (std::exchange(reply_may_be_cut_, false) && first_ == outstanding_.size() &&
      (reply->code == 220 || reply->code == 120)) {
    state_ = State::greeting;  // not its middle after all
  }
  if (reply->continues) {
    open_reply_ = reply->code;
    return {};
  }
  if (reply->code == 227) return answer(Form::pasv, line, whole);
  if (reply->code == 229) return answer(Form::epsv, line, whole);
  return final_reply(*reply);
}

std::optional<Session::Outstanding> Session::take_passive() {
  for (std::size_t i = first_; i < outstanding_.size(); ++i) {
    if (!is_passive(outstanding_[i].verb) || outstanding_[i].special) continue;
    first_ = i + 1;
    return outstanding_[i];
  }
  return std::nullopt;
}

Heard Session::answer(Form form, std::string_view line, bool whole) {
  Heard heard;
  heard.kind = Heard::Kind::answer;
  heard.form = form;
  if (state_ == State::greeting) become_foreign(true);
  heard.standing = standing();
  if (whole) heard.endpoint = find_endpoint(form, line);
  if (state_ == State::foreign) return heard;
  const auto command = take_passive();
  if (!command) {
    heard.standing = Heard::Standing::unsolicited;
    return heard;
  }
  heard.command = command->number;
  if (heard.standing == Heard::Standing::good && epsv_all_ && command->verb == Verb::pasv) {
    heard.standing = Heard::Standing::epsv_all;
  }
  return heard;
}

Heard Session::final_reply(const ReplyLine& reply) {
  Heard heard;
  if (state_ == State::foreign) return heard;
  if (state_ == State::greeting) {
    if (reply.code == 220) state_ = State::login;
    // 120: the greeting comes later; an error: the server wants no session (RFC 959 section 5.4).
    else if (reply.code != 120 && reply.code < 400)
      return become_foreign(true);
    return heard;
  }
  if (reply.preliminary() || first_ == outstanding_.size()) return heard;
  if (is_passive(outstanding_[first_].verb) && !outstanding_[first_].special && reply.code < 400) {
    return heard;  // no answer to PASV: a reply too many to an earlier command
  }
  const Outstanding command = outstanding_[first_++];
  heard.command = command.number;
  conclude(command, reply, heard);
  return heard;
}

void Session::conclude(const Outstanding& command, const ReplyLine& reply, Heard& heard) {
  if (is_offer(command.verb)) {
    heard.kind = reply.completes() ? Heard::Kind::offer_accepted : Heard::Kind::offer_refused;
    heard.form = command.verb == Verb::port ? Form::port : Form::eprt;
  } else if (command.verb == Verb::auth && command.special && reply.code == 234) {
    state_ = State::encrypted;
    heard.kind = Heard::Kind::encrypted;
  } else if (!reply.completes()) {
    return;
  } else if (logs_in(command.verb) && state_ == State::login) {
    state_ = State::authorized;
  } else if (command.verb == Verb::rein) {
    state_ = State::login;
    epsv_all_ = false;
  } else if (command.verb == Verb::epsv && command.special) {
    epsv_all_ = true;
  } else if (command.verb == Verb::quit) {
    state_ = State::ended;
    heard.kind = Heard::Kind::ended;
  }
}

void Session::pick_up() {
  state_ = State::authorized;
  command_may_be_cut_ = reply_may_be_cut_ = true;
}

void Session::cleared() {
  if (state_ != State::encrypted) return;
  state_ = State::authorized;
  outstanding_.clear();
  first_ = 0;
}

/// Logged in, or perhaps so by the time that a line which has begun ends.
bool Session::may_negotiate_soon() const {
  if (state_ != State::login) return state_ == State::authorized;
  return std::any_of(outstanding_.begin() + static_cast<std::ptrdiff_t>(first_), outstanding_.end(),
                     [](const Outstanding& command) { return logs_in(command.verb); });
}

bool Session::may_need_edit_command(std::string_view begin) const {
  return may_negotiate_soon() && may_become_offer(begin);
}

bool Session::may_need_edit_reply(std::string_view begin) const {
  return open_reply_ == 0 && may_need_edit_later_reply(begin);
}

bool Session::may_need_edit_later_reply(std::string_view begin) const {
  if (!may_negotiate_soon()) return false;
  for (std::size_t i = first_; i < outstanding_.size(); ++i) {
    if (is_passive(outstanding_[i].verb)) return may_become_answer(begin);
  }
  return false;
}

}  // namespace pinhole::ftp
