// What honest servers and clients say that is not by the book: it passes as it passes through the kernel's
// helper.

#include "support/scripted_session.hpp"

namespace pinhole::test {
namespace {

/// Greeting and login, as this pair of ends does them.
Steps entering(const Steps& steps) {
  return steps + Steps{client("PASS s3cret"), server("230 in")};
}

const std::string kOpenPort = "PORT: open, negotiated", kOpenPasv = "PASV: open, negotiated";

ScriptedSessions logins() {
  return {
      {.name = "login_220_to_pass",
       .steps = Steps{server("220 ready"), client("USER u"), server("331 who?"), client("PASS s3cret"),
                      server("220 in")} +
                offer(),
       .decisions = {kOpenPort}},
      {.name = "login_200_to_acct",
       .steps = Steps{server("220 ready"), client("USER u"), server("331 who?"), client("PASS s3cret"),
                      server("332 who pays?"), client("ACCT a"), server("200 ok")} +
                answer(),
       .decisions = {kOpenPasv}},
      {.name = "login_through_a_proxy_by_open",
       .steps = entering({server("220 proxy"), client("OPEN ftp.example"), server("220 that server"),
                          client("USER u"), server("331 who?")}) +
                offer(),
       .decisions = {kOpenPort}},
      {.name = "login_through_a_proxy_by_site",
       .steps = entering({server("220 proxy"), client("SITE ftp.example"), server("220 that server"),
                          client("USER u"), server("331 who?")}) +
                answer(),
       .decisions = {kOpenPasv}},
      {.name = "login_with_an_unknown_command_before",
       .steps = entering({server("220 ready"), client("XAUT 2 abc"), server("500 what?"), client("USER u@h"),
                          server("331 who?")}) +
                offer(),
       .decisions = {kOpenPort}},
      {.name = "login_by_xaut",
       .steps = Steps{server("220 ready"), client("XAUT 2 abc"), server("230 in")} + offer(),
       .decisions = {kOpenPort}},
      {.name = "login_with_empty_lines",
       .steps = Steps{server("220 ready"), client(""), client(" "), client("USER u"), server("331 who?"),
                      client("PASS s3cret"), server("230 in"), client("")} +
                offer(),
       .decisions = {kOpenPort}},
      {.name = "greeting_behind_text",
       .steps = entering({server("Welcome!"), server(""), server("220 ready"), client("USER u"),
                          server("331 who?")}) +
                offer(),
       .decisions = {kOpenPort}},
      {.name = "greeting_200",
       .steps = entering({server("200 ready"), client("USER u"), server("331 who?")}) + answer(),
       .decisions = {kOpenPasv}},
      {.name = "login_in_a_request_line_is_none",
       .steps = Steps{server("220 ready"), client("USER / HTTP/1.1"), server("331 who?"),
                      client("PASS s3cret"), server("230 in"), client("PORT $CLIENT,160,0")},
       .decisions = {"PORT: ignore, not-ftp"},
       .not_ftp = "not-ftp"},
  };
}

ScriptedSessions replies() {
  const std::string port = ",160,0)";
  return {
      {.name = "reply_227_in_the_last_of_several_lines",
       .steps = logged_in({client("PASV"), server("227-Entering"), server(" passive mode"),
                           server("227 ($SERVER" + port).as("227 ($DIALED" + port)}),
       .decisions = {kOpenPasv}},
      {.name = "reply_229_in_the_last_of_several_lines",
       .steps = logged_in({client("EPSV"), server("229-Entering"), server("229 (|||40960|)")}),
       .decisions = {"EPSV: open, negotiated"}},
      {.name = "reply_that_ends_with_another_code",
       .steps =
           logged_in(answer() +
                     Steps{client("STOR a"), server("553-a is there"), server("150 go"), server("226 done")} +
                     answer(1) + Steps{client("STOR b"), server("150 go"), server("226 done")}),
       .decisions = {kOpenPasv, kOpenPasv}},
      {.name = "reply_to_abor_that_ends_with_another_code",
       .steps = logged_in(answer() +
                          Steps{client("RETR a"), server("150 go"), client("ABOR"), server("426-broken"),
                                server("226 off")} +
                          answer(1)),
       .decisions = {kOpenPasv, kOpenPasv}},
      {.name = "reply_behind_a_value",
       .steps = logged_in(
           Steps{client("GETENV memsize"), server("memsize    0x20000000"), server(""), server("200 ok")} +
           answer()),
       .decisions = {kOpenPasv}},
      {.name = "replies_of_bare_codes",
       .steps = Steps{server("220"), client("USER u"), server("331"), client("PASS s3cret"), server("230")} +
                offer() + Steps{client("TYPE I"), server("200")} + answer(1),
       .decisions = {kOpenPort, kOpenPasv}},
  };
}

ScriptedSessions commands() {
  const std::string port = ",160,0";
  return {
      {.name = "command_ends_cr_cr_lf",
       .steps =
           logged_in({client_bytes("PASV\r\r\n").bytes_as("PASV\r\r\n"),
                      server("227 ($SERVER,160,1)").as("227 ($DIALED,160,1)"),
                      client_bytes("PORT $CLIENT" + port + "\r\r\n").bytes_as("PORT $SEEN" + port + "\r\r\n"),
                      server("200 ok")}),
       .decisions = {kOpenPasv, kOpenPort}},
      {.name = "command_behind_blanks",
       .steps = logged_in({client("  PORT $CLIENT" + port).as("  PORT $SEEN" + port), server("200 ok"),
                           client("\tPASV"), server("227 ($SERVER,160,1)").as("227 ($DIALED,160,1)")}),
       .decisions = {kOpenPort, kOpenPasv}},
      {.name = "command_with_a_tab",
       .steps = logged_in({client("port\t$CLIENT" + port).as("port\t$SEEN" + port), server("200 ok")}),
       .decisions = {kOpenPort}},
      {.name = "command_with_blanks_behind",
       .steps = logged_in({client("Port $CLIENT" + port + " \t ").as("Port $SEEN" + port + " \t "),
                           server("200 ok"), client("epsv 1 "), server("229 (|||40961|)")}),
       .decisions = {kOpenPort, "EPSV: open, negotiated"}},
      {.name = "p_at_sw",
       .steps = logged_in({client("P@SW"), server("227 ($SERVER,160,0)").as("227 ($DIALED,160,0)")}),
       .decisions = {kOpenPasv}},
      {.name = "lprt_is_refused",
       .steps = logged_in(refused("LPRT 4,4,10,0,0,1,2,160,0") + refused("LPSV") + offer()),
       .decisions = {"LPRT: refuse, long-form", "LPSV: refuse, long-form", kOpenPort}},
  };
}

ScriptedSessions pairings() {
  return {
      {.name = "noop_unanswered_in_a_transfer",
       .steps =
           logged_in(offer() + Steps{client("RETR a"), server("150 go"), client("NOOP"), server("226 done")} +
                     offer(1) +
                     Steps{client("REST 5"), server("350 go on"), client("RETR a"), server("150 go"),
                           server("226 done")}),
       .decisions = {kOpenPort, kOpenPort}},
      {.name = "abor_answered_once",
       .steps =
           logged_in(answer() + Steps{client("RETR a"), server("150 go"), client("ABOR"), server("226 off")} +
                     offer(1) + Steps{client("RETR b"), server("150 go"), server("226 done")} + answer(2)),
       .decisions = {kOpenPasv, kOpenPort, kOpenPasv}},
  };
}

}  // namespace

ScriptedSessions dialect_sessions() {
  ScriptedSessions all;
  for (const auto& some : {logins(), replies(), commands(), pairings()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace pinhole::test
