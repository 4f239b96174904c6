// Every way to write an endpoint, and some that are none.

#include "support/scripted_session.hpp"

namespace pinhole::test {

ScriptedSessions endpoint_sessions() {
  return {

      {.name = "answers_well_written",
       .steps = logged_in(
           {client("PASV"),
            server("227 Entering Passive Mode. $SERVER,160,0").as("227 Entering Passive Mode. $DIALED,160,0"),
            client("PASV"), server("227 Mode (=$SERVER,160,1)").as("227 Mode (=$DIALED,160,1)"),
            client("PASV"), server("227 ( $SERVER,160,2 )").as("227 ( $DIALED,160,2 )"), client("PASV"),
            server("227 ($SERVER,160,3). Have 1 good day").as("227 ($DIALED,160,3). Have 1 good day"),
            client_bytes("PASV\n"), server_bytes("227 ($SERVER,160,4)\n").bytes_as("227 ($DIALED,160,4)\n"),
            client("EPSV"), server("229 (|||6446|"), client("PASV"),
            server("227 ($SERVER,160,005)").as_some_line()}),
       .decisions = {"PASV: open, negotiated", "PASV: open, negotiated", "PASV: open, negotiated",
                     "PASV: open, negotiated", "PASV: open, negotiated", "EPSV: open, negotiated",
                     "PASV: open, negotiated"}},
      {.name = "answers_ill_written",
       .steps = logged_in({client("PASV"), server("227 Logout.").masked(), client("PASV"),
                           server("227 ($SERVER,160,256)").masked(), client("PASV"),
                           server("227 ($SERVER,160,0,7)").masked(), client("PASV"),
                           server("227 ($SERVER,160)").masked(), client("EPSV"),
                           server("229 (|||6446 |)").masked()}),
       .decisions = {"PASV: refuse, malformed", "PASV: refuse, malformed", "PASV: refuse, malformed",
                     "PASV: refuse, malformed", "EPSV: refuse, malformed"}},
      {.name = "answers_with_low_ports",
       .steps = logged_in({client("PASV"), server("227 ($SERVER,0,0)").masked(), client("PASV"),
                           server("227 ($SERVER,3,255)").masked(), client("EPSV"),
                           server("229 (|||1023|)").masked()}),
       .decisions = {"PASV: refuse, port-too-low", "PASV: refuse, port-too-low",
                     "EPSV: refuse, port-too-low"}},
      {.name = "answer_of_112723_bytes",
       .steps = logged_in(Steps{client("PASV"), server("227 " + std::string(112'717, 'A')).as_some_line()} +
                          offer()),
       .decisions = {"PASV: refuse, malformed", "PORT: open, negotiated"}},
      {.name = "offers_well_written",
       .steps = logged_in({client("EPRT |1|$CLIENT|40960|").as("EPRT |1|$SEEN|40960|"), server("200 ok"),
                           client("EPRT !1!$CLIENT!40961!").as("EPRT !1!$SEEN!40961!"), server("200 ok"),
                           client("pOrT $CLIENT,160,2").as("pOrT $SEEN,160,2"), server("200 ok")}),
       .decisions = {"EPRT: open, negotiated", "EPRT: open, negotiated", "PORT: open, negotiated"}},
      {.name = "offers_ill_written",
       .steps =
           logged_in(refused("PORT $CLIENT,160,256") + refused("PORT $CLIENT,160,0,7") +
                     refused("PORT $CLIENT,160") + refused("EPRT |1|$CLIENT|40960") +
                     refused("EPRT |3|$CLIENT|40960|") + refused("PORT") + refused("PORT $CLIENT,0160,0")),
       .decisions = {"PORT: refuse, malformed", "PORT: refuse, malformed", "PORT: refuse, malformed",
                     "EPRT: refuse, malformed", "EPRT: refuse, malformed", "PORT: refuse, malformed",
                     "PORT: refuse, malformed"}},
      {.name = "offers_with_low_ports",
       .steps = logged_in(refused("PORT $CLIENT,0,0") + refused("PORT $CLIENT,0,21") +
                          refused("PORT $CLIENT,3,255") + offer()),
       .decisions = {"PORT: refuse, port-too-low", "PORT: refuse, port-too-low", "PORT: refuse, port-too-low",
                     "PORT: open, negotiated"}},
      {.name = "offers_of_the_other_family",
       .steps = logged_in(refused("EPRT |2|2001:db8::9|40960|") + refused("EPRT ,2,0:0:0:0:0:0:0:0,1025,")),
       .decisions = {"EPRT: refuse, other-family", "EPRT: refuse, other-family"}},
      {.name = "offers_of_the_other_family_over_ipv6",
       .steps = logged_in(refused("EPRT |1|192.0.2.1|40960|") + refused("PORT 192,0,2,1,160,0")),
       .decisions = {"EPRT: refuse, other-family", "PORT: refuse, other-family"},
       .ipv6 = true},
      {.name = "offers_over_ipv6_in_every_spelling",
       .steps = logged_in({client("EPRT |2|$CLIENT|40960|").as_some_line(), server("200 ok"),
                           client("EPRT |2|$CLIENT_LONG|40961|").as_some_line(), server("200 ok"),
                           client("EPRT |2|$CLIENT_UPPER|40962|").as_some_line(), server("200 ok")}),
       .decisions = std::vector<std::string>(3, "EPRT: open, negotiated"),
       .ipv6 = true},
      {.name = "answers_over_ipv6",
       .steps = logged_in(
           {client("EPSV 2"), server("229 ok (|||40960|)"), client("EPSV"), server("229 ok (!!!40961!)")}),
       .decisions = {"EPSV: open, negotiated", "EPSV: open, negotiated"},
       .ipv6 = true},
  };
}

}  // namespace pinhole::test
