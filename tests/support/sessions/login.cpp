// Who is logged in, and since when: RFC 959 section 5.4 and what servers make of it.

#include "support/scripted_session.hpp"

namespace pinhole::test {

ScriptedSessions login_sessions() {
  return {

      {.name = "greeting_120_then_220",
       .steps = Steps{server("120 in a minute"), server("220 ready"), client("USER u"), server("230 in")} +
                offer(),
       .decisions = {"PORT: open, negotiated"}},
      {.name = "greeting_421",
       .steps = {server("421 too many of you"), client("PORT $CLIENT,160,0")},
       .decisions = {"PORT: ignore, mid-stream"}},
      {.name = "greeting_of_several_lines",
       .steps = Steps{server("220-Welcome to\r\n230 logins\r\n220 a day"), client("USER u"),
                      server("331 who?"), client("PASS s3cret"), server("230 in")} +
                offer(),
       .decisions = {"PORT: open, negotiated"}},
      {.name = "login_with_acct",
       .steps = Steps{server("220 ready"), client("USER u"), server("331 who?"), client("PASS s3cret"),
                      server("332 who pays?")} +
                refused("PORT $CLIENT,160,0") + Steps{client("ACCT a"), server("230 in")} + offer(),
       .decisions = {"PORT: refuse, not-logged-in", "PORT: open, negotiated"}},
      {.name = "port_before_login",
       .steps = Steps{server("220 ready")} + refused("PORT $CLIENT,160,0") +
                Steps{client("USER u"), server("331 who?"), client("PASS s3cret"), server("530 wrong")} +
                refused("PORT $CLIENT,160,0"),
       .decisions = {"PORT: refuse, not-logged-in", "PORT: refuse, not-logged-in"}},
      {.name = "port_before_login_where_it_may",
       .policy = "require-login = no\n",
       .steps = Steps{server("220 ready")} + offer(),
       .decisions = {"PORT: open, negotiated"}},
      {.name = "rein_then_port",
       .steps = logged_in(Steps{client("REIN"), server("220 again")} + refused("PORT $CLIENT,160,0")),
       .decisions = {"PORT: refuse, not-logged-in"}},
      {.name = "another_user_then_port",
       .steps = logged_in(Steps{client("USER v"), server("331 who?")} + refused("PORT $CLIENT,160,0") +
                          Steps{client("PASS s3cret"), server("230 in")} + offer()),
       .decisions = {"PORT: refuse, not-logged-in", "PORT: open, negotiated"}},
      {.name = "pipelined_login",
       .steps = {server("220 ready"), client("USER u\r\nPASS s3cret\r\nTYPE I\r\nPASV"), server("331 who?"),
                 server("230 in"), server("200 binary"),
                 server("227 ok ($SERVER,160,0)").as("227 ok ($DIALED,160,0)")},
       .decisions = {"PASV: open, negotiated"}},
      {.name = "eight_commands_before_the_banner",
       .steps = {client("USER u\r\nPASS s3cret\r\nSYST\r\nFEAT\r\nPWD\r\nTYPE I\r\nCWD /\r\nPASV"),
                 server("220 ready"), server("331 who?"), server("230 in"), server("215 UNIX"),
                 server("211 none"), server("257 \"/\""), server("200 binary"), server("250 there"),
                 server("227 ok ($SERVER,160,0)").as("227 ok ($DIALED,160,0)")},
       .decisions = {"PASV: open, negotiated"}},
      {.name = "host_lang_opts_feat",
       .steps = Steps{server("220 ready"), client("HOST ftp.example"), server("220 that one"), client("FEAT"),
                      server("211-Features:\r\n EPSV\r\n UTF8\r\n REST STREAM\r\n211 End"), client("LANG de"),
                      server("200 gut"), client("OPTS UTF8 ON"), server("200 ja"), client("USER u"),
                      server("331 who?"), client("PASS s3cret"), server("230 in")} +
                offer(),
       .decisions = {"PORT: open, negotiated"}},
  };
}

}  // namespace pinhole::test
