// A session that is talked to in lines.
#pragma once

#include <string_view>

#include "pinhole/ftp/session.hpp"

namespace pinhole::test {

using Kind = ftp::Heard::Kind;
using Standing = ftp::Heard::Standing;
using State = ftp::Session::State;

class Talk {
 public:
  explicit Talk(std::size_t outstanding = 16, bool require_login = true)
      : session({outstanding, require_login}) {}

  ftp::Heard client(std::string_view line) { return session.hear_command(line, true); }
  ftp::Heard server(std::string_view line) { return session.hear_reply(line, true); }

  /// One command and its reply, of which the latter's meaning is returned.
  ftp::Heard exchange(std::string_view command, std::string_view reply) {
    client(command);
    return server(reply);
  }

  void greet() { server("220 Ready"); }
  void log_in() {
    greet();
    log_in_as_greeted();
  }
  void log_in_as_greeted() {
    exchange("USER anonymous", "331 Password?");
    exchange("PASS guest@", "230 Welcome");
  }
  /// A session that may negotiate.
  static Talk logged_in(std::size_t outstanding = 16) {
    Talk talk(outstanding);
    talk.log_in();
    return talk;
  }

  State state() const { return session.state(); }

  ftp::Session session;
};

inline constexpr std::string_view kPort = "PORT 10,0,0,1,4,1";
inline constexpr std::string_view kEprt = "EPRT |1|10.0.0.1|1025|";
inline constexpr std::string_view k227 = "227 Entering Passive Mode (10,0,0,2,4,2)";
inline constexpr std::string_view k229 = "229 Entering Extended Passive Mode (|||1026|)";

}  // namespace pinhole::test
