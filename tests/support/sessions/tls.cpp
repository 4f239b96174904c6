// TLS and what comes before and after it (RFC 4217), and other security mechanisms (RFC 2228).

#include "support/scripted_session.hpp"

namespace pinhole::test {
namespace {

/// A TLS record of application data.
std::string record(const std::string& content) {
  const std::string padded = content + std::string(64 - content.size(), '\0');
  return std::string("\x17\x03\x03\0\x40", 5) + padded;
}

}  // namespace

ScriptedSessions tls_sessions() {
  return {

      {.name = "auth_tls_refused",
       .steps = Steps{server("220 ready"), client("AUTH TLS"), server("502 no"), client("USER u"),
                      server("331 who?"), client("PASS s3cret"), server("230 in")} +
                answer(),
       .decisions = {"PASV: open, negotiated"}},
      {.name = "auth_tls_then_records_that_look_like_port",
       .steps = {server("220 ready"), client("AUTH TLS"), server("234 go on"),
                 client_bytes(record("\r\nPORT $CLIENT,160,0\r\n")),
                 server_bytes(record("\r\n227 ok ($SERVER,160,0)\r\n")), server_port_closed(40960),
                 client_port_closed(40960)},
       .decisions = {}},
      {.name = "auth_tls_then_clear_text",
       .steps = {server("220 ready"), client("AUTH TLS"), server("234 go on"), client("USER u"),
                 server("331 who?"), client("PASS s3cret"), server("230 in"), client("PORT $CLIENT,160,0"),
                 server("200 ok"), client_port_closed(40960)},
       .decisions = {}},
      {.name = "clear_again_after_tls",
       .steps =
           Steps{server("220 ready"), client("AUTH TLS"), server("234 go on"), client_bytes(record("hello")),
                 server_bytes(record("hello")), client_bytes(record("CCC")), server_bytes(record("200 ok"))} +
           answer(),
       .decisions = {"PASV: open, negotiated"}},
      {.name = "auth_gssapi",
       .steps = {server("220 ready"), client("AUTH GSSAPI"), server("334 go on"), client("ADAT YWJj"),
                 server("335 ADAT=ZGVm"), client("ADAT Z2hp"), server("235 done"), client("MIC amts"),
                 server("631 bW5v"), client("ENC UE9SVA=="), server("632 cHFy")},
       .decisions = {}},
      {.name = "tls_denied",
       .policy = "tls = deny\n",
       .steps = Steps{server("220 ready")} + refused("AUTH TLS") + refused("auth ssl") +
                Steps{client("AUTH GSSAPI"), server("504 no")},
       .decisions = {"AUTH: refuse, tls-denied", "auth: refuse, tls-denied"}},
  };
}

}  // namespace pinhole::test
