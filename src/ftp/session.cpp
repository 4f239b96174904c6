#include "pinhole/ftp/session.hpp"

#include <algorithm>
#include <utility>

#include "ftp/transitions.hpp"

namespace pinhole::ftp {
namespace {

/// What other protocols' servers say, and no FTP server: HTTP, SSH, POP3, IMAP.
bool is_other_protocol(std::string_view line) {
  for (const std::string_view begin : {"HTTP/", "SSH-", "RTSP/", "SIP/", "+OK", "-ERR", "* OK", "* BYE"}) {
    if (line.starts_with(begin)) return true;
  }
  return false;
}

/// A PORT is refused for certain by a reply that is for nothing else, or that is about a command's form
/// (RFC 959 section 4.2.1: x0z), as no reply to a transfer is.
bool refuses_for_certain(const OpenCommand& offer, const ReplyLine& reply) {
  return reply.code >= 400 && (offer.first || reply.code / 10 == 50);
}

/// Whether a multi-line reply to it may quote names or texts of users.
bool quotes_users(Verb verb) {
  return verb != Verb::user && verb != Verb::pass && verb != Verb::acct && verb != Verb::server_text;
}
/// Whether it may be answered with whole lines of users.
bool lists(Verb verb) {
  return verb == Verb::listing || verb == Verb::mlst;
}
bool logs_in(Verb verb) {
  return verb == Verb::user || verb == Verb::pass || verb == Verb::acct;
}

}  // namespace

Heard Session::become_not_ftp(Heard::Standing why) {
  now_.state = State::not_ftp;
  now_.why_not_ftp = why;
  now_.transferring = false;
  now_.tls_offered = false;
  open_.clear();
  now_.open_reply = 0;
  now_.other_ends = 0;
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
  if (!in_clear() || is_blank(line)) return {};
  const auto command = parse_command(line);
  if (std::exchange(now_.command_may_lack_beginning, false) && !command) return {};
  if (!command) return now_.state == State::not_ftp ? Heard{} : become_not_ftp();
  now_.tls_offered = false;
  if (acknowledged) end_with_other_code();
  const bool quiet = now_.open_reply == 0 && (!open_.empty() || acknowledged);

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
  if (open_.size() >= rules_.outstanding) return become_not_ftp(Heard::Standing::overrun);
  open_.add({.verb = command->verb, .number = now_.commands, .negotiation = now_.negotiation, .alone = quiet},
            acknowledged);
  if (is_offer(command->verb) || is_passive(command->verb)) now_.negotiation = now_.commands;
  return heard;
}

Heard Session::hear_reply(std::string_view line, bool whole) {
  if (!in_clear()) return {};
  const auto reply = parse_reply(line);
  if (now_.open_reply != 0) return hear_inner_line(line, reply, whole);
  if (!reply) return hear_no_reply(line);
  now_.reply_may_lack_beginning = false;
  if (!reply->continues) return hear_whole_reply(*reply, line, whole);
  now_.open_reply = reply->code;
  now_.inner_lines = 0;
  now_.only_indented = true;
  return {};
}

/// Of a multi-line reply, behind its first line. It ends with the same code and a space (RFC 959
/// section 4.2).
Heard Session::hear_inner_line(std::string_view line, const std::optional<ReplyLine>& reply, bool whole) {
  const bool may_end = reply && !reply->continues && (line.size() == 3 || line[3] == ' ');
  if (may_end && reply->code == now_.open_reply) {
    now_.open_reply = 0;
    now_.other_ends = 0;
    if (reply->code == 227 || reply->code == 229) return hear_whole_reply(*reply, line, whole);
    note_quotation();
    return final_reply(*reply);
  }
  if (may_end && now_.other_ends < now_.other_end.size()) now_.other_end[now_.other_ends++] = reply->code;
  ++now_.inner_lines;
  const bool of_an_answer = now_.open_reply == 227 || now_.open_reply == 229;
  if (!of_an_answer) open_.note_line_too_many();
  now_.only_indented = now_.only_indented && line.starts_with(' ');
  return {};
}

/// The client, which has read all that was said, goes on: so it took a line with another code for the end of
/// the multi-line reply, and those behind it for replies.
void Session::end_with_other_code() {
  if (!may_have_ended_otherwise()) return;
  const int code = std::exchange(now_.open_reply, 0);
  note_quotation();
  // "426-", "226": the one is the transfer's, the other ABOR's.
  if (code >= 400 && open_.size() > 1 && open_.oldest().begun) final_reply({code, false, {}});
  for (std::size_t i = 0; i < now_.other_ends; ++i) final_reply({now_.other_end[i], false, {}});
  now_.other_ends = 0;
  if (now_.state == State::encrypted) become_not_ftp();  // nobody knows where TLS began
}

Heard Session::hear_whole_reply(const ReplyLine& reply, std::string_view line, bool whole) {
  if (reply.code == 227) return answer(Form::pasv, line, whole);
  if (reply.code == 229) return answer(Form::epsv, line, whole);
  return final_reply(reply);
}

/// Some servers print a line or two before their replies.
Heard Session::hear_no_reply(std::string_view line) {
  open_.note_line_too_many();
  const bool may_be_the_end_of_one = now_.reply_may_lack_beginning;
  if (now_.state == State::not_ftp || may_be_the_end_of_one || !is_other_protocol(line)) return {};
  return become_not_ftp();
}

Heard Session::answer(Form form, std::string_view line, bool whole) {
  Heard heard;
  heard.kind = Heard::Kind::answer;
  heard.form = form;
  if (now_.state == State::greeting) become_not_ftp(Heard::Standing::from_middle);
  heard.standing = standing();
  if (whole) heard.endpoint = find_endpoint(form, line);
  if (now_.state == State::not_ftp) return heard;
  const auto command = open_.take_passive(form == Form::pasv ? Verb::pasv : Verb::epsv);
  if (!command) {
    heard.standing = Heard::Standing::unsolicited;
    return heard;
  }
  heard.command = command->number;
  heard.behind_quotation = now_.has_quoted;
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
  const auto command = open_.answered_by(reply);
  if (!command) {
    open_.note_line_too_many();
    return {};
  }
  now_.transferring = reply.preliminary();
  if (reply.preliminary()) {
    now_.transfer = command->number;
    return {};
  }
  auto heard = conclude(*command, reply);
  if (command->number == now_.transfer && heard.kind == Heard::Kind::nothing) {
    heard.kind = Heard::Kind::transfer_ended;
    heard.command = command->negotiation;
  }
  return heard;
}

/// The multi-line reply that ends now may have printed a line of its user's, which only looks like the
/// server's.
void Session::note_quotation() {
  if (now_.state != State::authorized && now_.state != State::ended) return;
  const auto verb = open_.empty() ? Verb::other : open_.oldest().verb;
  const bool facts =
      verb == Verb::mlst && now_.inner_lines == 1 && now_.only_indented;  // RFC 3659 section 7.2
  // A server that answers the oldest command with nothing may have listed for a later one.
  const bool another_s = !facts && open_.any(lists);
  if ((!facts && quotes_users(verb)) || another_s) now_.has_quoted = true;
}

Heard Session::conclude(const OpenCommand& command, const ReplyLine& reply) {
  Heard heard;
  heard.command = command.number;
  if (is_offer(command.verb)) {
    heard.form = command.verb == Verb::port ? Form::port : Form::eprt;
    if (reply.completes()) heard.kind = Heard::Kind::offer_accepted;
    if (refuses_for_certain(command, reply)) heard.kind = Heard::Kind::offer_refused;
  }
  if (command.verb == Verb::auth_tls && reply.completes() && !rules_.only_234_is_tls) now_.tls_offered = true;
  if (command.verb == Verb::epsv_all && reply.completes()) now_.epsv_all = true;
  if (command.verb == Verb::rein && reply.completes()) now_.epsv_all = false;
  const State before = std::exchange(now_.state, state_after(now_.state, command.verb, reply.code));
  if (now_.state == State::encrypted && before != now_.state) heard.kind = Heard::Kind::encrypted;
  if (now_.state == State::ended && before != now_.state) heard.kind = Heard::Kind::ended;
  return heard;
}

Session::Mark Session::mark() const {
  return {now_, open_.size()};
}

void Session::rewind(const Mark& mark) {
  if (now_.state == State::not_ftp) return;
  open_.rewind(mark.open);
  now_ = mark.now;
}

void Session::resume(State state, bool epsv_all) {
  open_.clear();
  now_ = {.commands = now_.commands};
  now_.state = state;
  now_.epsv_all = epsv_all;
  now_.has_quoted = true;                                   // for all that is known
  now_.command_may_lack_beginning = state != State::login;  // before it the client had said nothing
  now_.reply_may_lack_beginning = true;
}

void Session::missed() {
  if (now_.state == State::encrypted) return;
  if (now_.state == State::authorized) return resume(now_.state, now_.epsv_all);
  become_not_ftp(Heard::Standing::from_middle);
}

void Session::cleared() {
  if (now_.state != State::encrypted) return;
  now_.state = State::authorized;
  open_.clear();
  now_.transferring = false;
  now_.has_quoted = true;  // for all that is known
}

void Session::turned_to_tls() {
  now_.state = State::encrypted;
}

/// Logged in, or perhaps so by the time that a line which has begun ends.
bool Session::may_negotiate_soon() const {
  const bool may_log_in =
      now_.state == State::login || now_.state == State::greeting;  // commands may go ahead of it
  if (!may_log_in) return now_.state == State::authorized;
  if (!rules_.require_login) return true;
  return open_.any(logs_in);
}

bool Session::may_need_edit_command(std::string_view begin) const {
  return may_negotiate_soon() && may_become_offer(begin);
}

bool Session::may_need_edit_reply(std::string_view begin) const {
  const bool may_answer = now_.open_reply == 0 || now_.open_reply == 227 || now_.open_reply == 229;
  return may_answer && may_need_edit_later_reply(begin);
}

bool Session::may_need_edit_later_reply(std::string_view begin) const {
  return may_negotiate_soon() && open_.any(is_passive) && may_become_answer(begin);
}

}  // namespace pinhole::ftp
