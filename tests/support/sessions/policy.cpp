// What the keys of a policy change.

#include "support/scripted_session.hpp"

namespace pinhole::test {

ScriptedSessions policy_sessions() {
  return {

      {.name = "deny_commands",
       .policy = "deny-commands = SITE,DELE\n",
       .steps = logged_in(
           refused("DELE a") +
           Steps{client_bytes("DE"), client_bytes("LE b\r\n").bytes_as("XX b\r\n"), server("500 what?")} +
           refused("site chmod 777 x") + Steps{client("RMD x"), server("250 gone")}),
       .decisions = {"DELE: refuse, command-denied", "DELE: refuse, command-denied",
                     "site: refuse, command-denied"}},
      {.name = "allow_commands",
       .policy = "allow-commands = USER,PASS,PASV,NOOP\n",
       .steps = logged_in(refused("PORT $CLIENT,160,0") + refused("CWD /") + answer()),
       .decisions = {"PORT: refuse, command-denied", "CWD: refuse, command-denied",
                     "PASV: open, negotiated"}},
      {.name = "denied_password",
       .policy = "deny-commands = PASS\n",
       .steps = {server("220 ready"), client("USER u"), server("331 who?"),
                 client("PASS s3cret").as("XXXXXXXXXXX"), server("500 what?")},
       .decisions = {"PASS: refuse, command-denied"}},
      {.name = "section_of_the_server",
       .policy = "deny-commands = CWD\n[server $SERVER/32]\ndeny-commands = DELE\n"
                 "[server 203.0.113.99/32]\ndeny-commands = SITE\n",
       .steps = logged_in(refused("DELE a") +
                          Steps{client("CWD /"), server("250 there"), client("SITE x"), server("200 ok")}),
       .decisions = {"DELE: refuse, command-denied"}},
      {.name = "on_refusal_reset",
       .policy = "on-refusal = reset\n",
       .steps = logged_in({client("PORT 203,0,113,99,160,0").never()}),
       .decisions = {"PORT: refuse, bounce"},
       .reset = true},
      {.name = "on_refusal_reset_of_an_answer",
       .policy = "on-refusal = reset\npasv-other-host = refuse\n",
       .steps = logged_in({client("PASV"), server("227 (203,0,113,99,160,0)").never()}),
       .decisions = {"PASV: refuse, other-host"},
       .reset = true},
      {.name = "denied_command_reset",
       .policy = "on-refusal = reset\ndeny-commands = DELE\n",
       .steps = logged_in(answer() + Steps{client("DELE a").never()}),
       .decisions = {"PASV: open, negotiated", "DELE: refuse, command-denied"},
       .reset = true},
      {.name = "fxp",
       .policy = "fxp = 203.0.113.0/28\n",
       .steps = logged_in(Steps{client("PORT 203,0,113,9,160,0"), server("200 ok")} +
                          refused("PORT 203,0,113,99,160,0")),
       .decisions = {"PORT: open, fxp", "PORT: refuse, bounce"}},
      {.name = "min_data_port",
       .policy = "min-data-port = 10000\n",
       .steps = logged_in(refused("PORT $CLIENT,39,15") +
                          Steps{client("PORT $CLIENT,39,16").as("PORT $SEEN,39,16"), server("200 ok")}),
       .decisions = {"PORT: refuse, port-too-low", "PORT: open, negotiated"}},
      {.name = "commands_per_second",
       .policy = "commands-per-second = 3\n",
       .steps = {server("220 ready"),
                 client("USER u\r\nPASS s3cret\r\nNOOP\r\nNOOP").as("USER u\r\nPASS s3cret\r\nNOOP\r\nXXXX")},
       .decisions = {"NOOP: refuse, command-rate"}},
      {.name = "pinholes_per_session",
       .policy = "pinholes-per-session = 2\n",
       .steps = logged_in(offer(0) + answer(1) + refused("PORT $CLIENT,160,2")),
       .decisions = {"PORT: open, negotiated", "PASV: open, negotiated", "PORT: refuse, too-many-pinholes"}},
      {.name = "outstanding_commands",
       .policy = "max-outstanding-commands = 3\n",
       .steps = logged_in({client("NOOP\r\nNOOP\r\nNOOP\r\nNOOP"), server("200 ok"),
                           client("PORT $CLIENT,160,0"), client_port_closed(40960)}),
       .decisions = {"PORT: ignore, too-many-commands"},
       .not_ftp = "too-many-commands"},
      {.name = "command_length",
       .policy = "max-command-length = 100\n",
       .steps = logged_in({client("STOR " + std::string(93, 'a')), server("150 go on"),
                           client("STOR " + std::string(94, 'a')).never()}),
       .decisions = {"refuse, line-too-long"},
       .reset = true},
      {.name = "reply_length",
       .policy = "max-reply-length = 100\n",
       .steps = logged_in({client("SYST"), server("215 " + std::string(95, 'a')).never()}),
       .decisions = {"refuse, line-too-long"},
       .reset = true},
      {.name = "observe",
       .policy =
           "observe = yes\non-refusal = reset\ndeny-commands = DELE\nmax-command-length = 100\ntls = deny\n",
       .steps = logged_in(Steps{client("PORT 203,0,113,99,160,0"), server("200 ok"), client("DELE a"),
                                server("250 gone"), client("STOR " + std::string(200, 'a')), server("550 no"),
                                client("AUTH TLS"), server("500 no")} +
                          offer()),
       .decisions = {"PORT: would refuse, bounce", "DELE: would refuse, command-denied",
                     "would refuse, line-too-long", "AUTH: would refuse, tls-denied",
                     "PORT: open, negotiated"}},
  };
}

}  // namespace pinhole::test
