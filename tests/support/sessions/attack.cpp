// Browsers made to talk to port 21, and a server that plays along (NAT slipstreaming, CVE-2020-28041).

#include "support/scripted_session.hpp"

namespace pinhole::test {
namespace {

const std::string kPost =
    "POST / HTTP/1.1\r\nHost: ftp.example:21\r\nContent-Type: text/plain\r\nContent-Length: 4000\r\n";

}  // namespace

ScriptedSessions attack_sessions() {
  return {

      {.name = "http_post_played_along",
       .steps = {server("220 ready"), client(kPost), server("331 who?"), client("USER u"), server("230 in"),
                 client("PORT $CLIENT,160,0"), server("200 ok"), client_port_closed(40960)},
       .decisions = {"PORT: ignore, not-ftp"},
       .not_ftp = "not-ftp"},
      {.name = "http_post_with_a_login_in_its_body",
       .steps = {client(kPost), server("220 ready"), client("USER u"), server("331 who?"),
                 client("PASS s3cret"), server("230 in"), client("PASV"), server("227 ok ($SERVER,160,0)"),
                 client("EPRT |1|$CLIENT|40961|"), server("200 ok"), server_port_closed(40960),
                 client_port_closed(40961)},
       .decisions = {"PASV: ignore, not-ftp", "EPRT: ignore, not-ftp"},
       .not_ftp = "not-ftp"},
      {.name = "http_post_padded_so_that_port_begins_a_segment",
       .steps = {server("220 ready"),
                 client_bytes(kPost + "\r\n" + std::string(1400 - kPost.size() - 2, '^')), server("331 who?"),
                 client_bytes("PORT $CLIENT,160,0\r\n"), server("230 in"),
                 client_bytes("PORT $CLIENT,160,1\r\nPORT $CLIENT,160,2\r\n"), server("200 ok"),
                 client_port_closed(40960), client_port_closed(40961), client_port_closed(40962)},
       .decisions = {"PORT: ignore, not-ftp", "PORT: ignore, not-ftp"},
       .not_ftp = "not-ftp"},
      {.name = "padding_alone_then_port",
       .steps = {client_bytes(std::string(1400, '^')), server("220 ready"),
                 client_bytes("PORT $CLIENT,160,0\r\n"), server("200 ok"), client_port_closed(40960)},
       .decisions = {},
       .not_ftp = "not-ftp"},
      {.name = "http_post_reset",
       .policy = "on-not-ftp = reset\n",
       .steps = {server("220 ready"), client(kPost).never()},
       .decisions = {"refuse, not-ftp"},
       .not_ftp = "not-ftp",
       .reset = true},
      {.name = "bounce",
       .steps = logged_in(refused("PORT 203,0,113,99,160,0") + refused("EPRT |1|203.0.113.99|40960|") +
                          refused("PORT 127,0,0,1,160,0")),
       .decisions = {"PORT: refuse, bounce", "EPRT: refuse, bounce", "PORT: refuse, bounce"}},
      {.name = "bounce_in_two_segments",
       .steps = logged_in({client_bytes("PORT 203,0,").never(),
                           client_bytes("113,99,160,0\r\n").as_some_line(), server("500 what?")}),
       .decisions = {"PORT: refuse, bounce"}},
  };
}

}  // namespace pinhole::test
