// Replies that are more, less or other than one line with a code.

#include "support/scripted_session.hpp"

namespace pinhole::test {

ScriptedSessions reply_sessions() {
  return {

      {.name = "reply_227_inside_another",
       .steps = logged_in(Steps{client("STAT"),
                                server("211-Status\r\n227 Passive ($SERVER,160,1)\r\n 227 ($SERVER,160,2)\r\n"
                                       "no code here\r\n211 End")} +
                          answer()),
       .decisions = {"PASV: open, negotiated"}},
      {.name = "reply_227_inside_another_to_pasv",
       .steps = logged_in({client("PASV"), server("500-Not now\r\n227 Passive ($SERVER,160,1)\r\n500 no"),
                           server_port_closed(40961)}),
       .decisions = {}},
      {.name = "reply_without_a_space",
       .steps = Steps{server("220 ready"), client("USER u"), server("331 who?"), client("PASS s3cret"),
                      server("230no_space")} +
                offer(),
       .decisions = {"PORT: open, negotiated"}},
      {.name = "reply_of_another_protocol",
       .steps = logged_in({client("SYST"), server("HTTP/1.1 200 OK"), client("PORT $CLIENT,160,0"),
                           server("200 ok"), client("PASV"), server("227 Passive ($SERVER,160,0)")}),
       .decisions = {"PORT: ignore, not-ftp", "PASV: ignore, not-ftp"},
       .not_ftp = "not-ftp"},
      {.name = "reply_227_unsolicited",
       .steps = logged_in(Steps{server("227 Passive ($SERVER,160,0)"), server_port_closed(40960)} + offer()),
       .decisions = {"PASV: ignore, unsolicited", "PORT: open, negotiated"}},
      {.name = "reply_227_to_another_command",
       .steps = logged_in({client("CWD /"), server("227 Logout."), server_port_closed(40960)}),
       .decisions = {"PASV: ignore, unsolicited"}},
  };
}

}  // namespace pinhole::test
