// Telnet commands, zeros, long lines and names that are not ASCII.

#include "support/scripted_session.hpp"

namespace pinhole::test {

ScriptedSessions telnet_sessions() {
  return {

      {.name = "abor_with_telnet_synch",
       .steps = logged_in(Steps{client("RETR a"), server("150 coming"),
                                client_bytes("\xff\xf4\xff\xf2"
                                             "ABOR\r\n"),
                                server("426 aborted"), server("226 done")} +
                          offer()),
       .decisions = {"PORT: open, negotiated"}},
      {.name = "telnet_commands_inside_a_port",
       .steps = logged_in({client_bytes("PO\xff\xf1RT $CLIENT,\xff\xf1"
                                        "160,0\r\n")
                               .as_some_line(),
                           server("200 ok")}),
       .decisions = {"PORT: open, negotiated"}},
      {.name = "odd_bytes_in_names",
       .steps =
           logged_in(Steps{client("RETR \xc3\xa4\xf6\x80"), server("550 no"),
                           client(std::string("RETR a\0PORT 1", 13)).as("XXXXXXXXXXXXX"), server("500 no"),
                           client("STOR " + std::string(4000, 'a')), server("550 no")} +
                     offer()),
       .decisions = {"refuse, stray-line-end", "PORT: open, negotiated"}},
  };
}

}  // namespace pinhole::test
