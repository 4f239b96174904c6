// One FTP session as a listener understands it: lines in, what happened out.
//
// Replies lead from one state to another by the table in src/ftp/transitions.hpp. What it does not hold:
//
//   encrypted   cleared(): TLS ended on both sides (CCC)           authorized
//   any         a line that is no FTP; too many open commands      not FTP, for ever
//
// Replies answer commands in order (RFC 959 section 5.4), as far as commands can have them (OpenCommands). A
// 227 or 229 answers the oldest PASV or EPSV that is open, and nothing else does but an error: so a server
// that sends one reply too many loses its place for one command, not for the rest of the session. Inside a
// multi-line reply no line means anything until its end; which that is where it ends with another code, the
// client tells by going on. A line without a code is no reply, and means nothing.
//
// The session never sees time, addresses of the connection or policy, and changes nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "pinhole/ftp/command.hpp"
#include "pinhole/ftp/data_endpoint.hpp"
#include "pinhole/ftp/open_commands.hpp"
#include "pinhole/ftp/reply.hpp"

namespace pinhole::ftp {

/// What a line meant.
struct Heard {
  enum class Kind : std::uint8_t {
    nothing,         ///< nothing that concerns data connections
    offer,           ///< PORT or EPRT: `form`, `endpoint`, `command`, `standing`
    offer_accepted,  ///< the server's 2yz to the offer `command`
    offer_refused,   ///< its 4yz or 5yz
    answer,          ///< 227 or 229: `form`, `endpoint`, `command`, `standing`
    not_ftp,         ///< from now on this is no FTP session
    transfer_ended,  ///< a command that had announced data (1yz) has its final reply; `command` is the offer
                     ///< or the PASV that was the last before it
    encrypted,       ///< from now on both sides speak TLS
    ended,           ///< the server has answered QUIT
  };
  /// Whether an offer or answer may lead to a data connection.
  enum class Standing : std::uint8_t {
    good,
    not_ftp,        ///< not an FTP session, or not any more
    overrun,        ///< too many commands without a reply: nobody knows any longer what answers what
    from_middle,    ///< the session's beginning was not seen
    not_logged_in,  ///< no 2yz to USER, PASS or ACCT yet
    unsolicited,    ///< no PASV or EPSV asked for this answer
    epsv_all,       ///< the client has promised to use EPSV only (RFC 2428 section 4)
    quoted,  ///< it may be text that a user chose: a reply before has quoted some, and more was under way
             ///< than the question
  };
  Kind kind = Kind::nothing;
  Form form = Form::port;
  Standing standing = Standing::good;
  std::optional<DataEndpoint> endpoint;  ///< nullopt: malformed
  std::uint32_t command = 0;             ///< number of the command in its session
  bool behind_quotation = false;         ///< answer: a reply before it has quoted what users may choose
};

class Session {
 public:
  enum class State : std::uint8_t { greeting, login, authorized, encrypted, not_ftp, ended };

  struct Rules {
    std::size_t outstanding = 1024;  ///< commands that may wait for their replies
    bool require_login = true;       ///< nothing is negotiated before it
    bool only_234_is_tls = false;    ///< no other completion of AUTH is believed
  };
  explicit Session(const Rules& rules) : rules_(rules) {}

  /// A line of the client or the server, without its end. `whole` is false if only its beginning is known.
  /// `acknowledged`: the client has everything that the server has said.
  Heard hear_command(std::string_view line, bool whole, bool acknowledged = true);
  Heard hear_reply(std::string_view line, bool whole);

  /// The session's beginning was not heard, but it is known where it stands. What is heard first of each side
  /// may be the end of a line or of a multi-line reply.
  void resume(State state, bool epsv_all);

  /// It is known to be something else than FTP.
  void is_not_ftp() { become_not_ftp(); }

  /// Something was said that nobody heard. Logged in, it stays so, as one that was resumed; in TLS, too; else
  /// it counts as seen from its middle.
  void missed();

  /// Both sides have ended TLS and speak clear text again (CCC, RFC 4217 section 12.3).
  void cleared();

  State state() const { return now_.state; }
  /// Why its state is not_ftp; meaningful where it is.
  Heard::Standing why_not_ftp() const { return now_.why_not_ftp; }
  bool epsv_all() const { return now_.epsv_all; }

  /// A command has a preliminary reply and no final one (150, "opening data connection"): data are on the
  /// way, and the control connection may be silent for long.
  bool transferring() const {
    return now_.transferring || (now_.other_ends > 0 && now_.other_end[now_.other_ends - 1] < 200);
  }

  /// A multi-line reply is open, and a line with another code may have been its end: the client's next
  /// command tells.
  bool may_have_ended_otherwise() const { return now_.open_reply != 0 && now_.other_ends > 0; }

  /// A command that asked for TLS was answered with a 2yz other than 234: the client's next bytes tell
  /// whether it was accepted.
  bool may_turn_to_tls() const { return in_clear() && now_.tls_offered; }
  /// They do: from now on both sides speak TLS.
  void turned_to_tls();

  /// True if the next line, which begins so, may have to name another endpoint: it may negotiate, and the
  /// session is logged in or may be by then.
  bool may_need_edit_command(std::string_view begin) const;
  bool may_need_edit_reply(std::string_view begin) const;
  /// The same of a line that others may precede: they may end a multi-line reply.
  bool may_need_edit_later_reply(std::string_view begin) const;

 private:
  struct Moment {  // all that lines change, but for the list of open commands
    State state = State::greeting;
    Heard::Standing why_not_ftp = Heard::Standing::not_ftp;
    bool transferring = false;
    bool command_may_lack_beginning = false,
         reply_may_lack_beginning = false;  // the next one, of a session that was picked up
    bool epsv_all = false;
    bool tls_offered = false;
    int open_reply = 0;              // code of the multi-line reply that is not finished
    unsigned inner_lines = 0;        // of it
    bool only_indented = true;       // they are
    std::array<int, 4> other_end{};  // codes with which it may have ended, if the client takes them for that
    std::size_t other_ends = 0;
    bool has_quoted = false;  // a multi-line reply has quoted what users may choose, since the login
    std::uint32_t commands = 0;
    std::uint32_t transfer = 0;     // number of the last command that had a preliminary reply
    std::uint32_t negotiation = 0;  // number of the last PORT, EPRT, PASV or EPSV
  };

 public:
  /// Where the session stands, for rewind().
  struct Mark {
    Moment now;
    std::size_t open = 0;
  };
  Mark mark() const;

  /// Takes back the one line that was heard since: it will be heard again. That the session is not
  /// FTP stays.
  void rewind(const Mark& mark);

 private:
  Heard become_not_ftp(Heard::Standing why = Heard::Standing::not_ftp);
  Heard hear_inner_line(std::string_view line, const std::optional<ReplyLine>& reply, bool whole);
  Heard hear_whole_reply(const ReplyLine& reply, std::string_view line, bool whole);
  Heard hear_no_reply(std::string_view line);
  Heard answer(Form form, std::string_view line, bool whole);
  Heard final_reply(const ReplyLine& reply);
  void end_with_other_code();
  void note_quotation();
  Heard conclude(const OpenCommand& command, const ReplyLine& reply);
  bool may_negotiate_soon() const;
  bool in_clear() const { return now_.state != State::encrypted; }
  Heard::Standing standing() const;

  Rules rules_;
  Moment now_;
  OpenCommands open_;
};

}  // namespace pinhole::ftp
