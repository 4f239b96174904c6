// One FTP command line (RFC 959 section 4.1 and the extensions' registry of RFC 5797).
//
// Arguments of PASS, XAUT and ACCT are dropped here: nothing behind this type can leak a password.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pinhole::ftp {

/// The commands that change what the session does; every other one is `other`.
enum class Verb : std::uint8_t {
  user,
  pass,  ///< and XAUT, which logs in by itself
  acct,
  rein,
  quit,
  auth_tls,  ///< AUTH with a mechanism of RFC 4217; another one is `other`
  ccc,
  port,
  eprt,
  pasv,
  epsv,
  epsv_all,     ///< EPSV ALL
  server_text,  ///< FEAT, HELP, STAT without argument: the reply quotes nothing that users choose
  mlst,
  listing,    ///< STAT with an argument, SITE: whole lines of the reply may be a user's
  transfer,   ///< RETR, STOR, LIST and the like: data, announced by 1yz and ended by 226 or 250
  restart,    ///< REST, RNFR: more is wanted (350)
  abort,      ///< ABOR
  long_form,  ///< LPRT, LPSV (RFC 1639)
  setting,    ///< TYPE, MODE, STRU, NOOP and the like: a reply of one line, which names nothing of users
  other,
};

struct Command {
  Verb verb = Verb::other;
  bool known = false;         ///< a command of RFC 5797's registry or in wide use
  std::string_view word;      ///< the verb as it was written
  std::string_view argument;  ///< without surrounding spaces; empty for PASS, XAUT and ACCT
};

/// nullopt if the line is no FTP command: the verb, behind spaces and tabs, is not 1 to 12 letters, digits or
/// '@' beginning with a letter and followed by a space, a tab or the end, or it is a method of HTTP, RTSP,
/// SIP or SMTP, or the line ends like a request of theirs (" HTTP/1.1"). Verbs in any letter case; spaces,
/// tabs and CRs at the end do not count.
std::optional<Command> parse_command(std::string_view line);

/// Nothing but spaces, tabs and CRs: neither a command nor anything else.
bool is_blank(std::string_view line);

/// True if a line that begins with `text` may turn out to be PORT or EPRT.
bool may_become_offer(std::string_view text);

}  // namespace pinhole::ftp
