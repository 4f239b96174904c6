// One negotiation after the other: which pinhole there is, and when it is gone.

#include "support/scripted_session.hpp"

namespace pinhole::test {
namespace {

Steps offers_in_a_row(int count) {
  Steps steps;
  for (int i = 0; i < count; ++i) {
    for (auto& step : offer(static_cast<std::uint8_t>(i % 256))) steps.push_back(std::move(step));
  }
  return steps;
}

/// All PORTs first, then all replies.
Steps many_offers(int count) {
  Steps offers, replies;
  for (int i = 0; i < count; ++i) {
    const auto pair = offer(static_cast<std::uint8_t>(i % 256));
    offers.push_back(pair.at(0));
    replies.push_back(pair.at(1));
  }
  return offers + replies;
}

}  // namespace

ScriptedSessions negotiation_sessions() {
  return {

      {.name = "epsv_all",
       .steps = logged_in(Steps{client("EPSV ALL"), server("200 ok")} + refused("PORT $CLIENT,160,0") +
                          refused("EPRT |1|$CLIENT|40960|") +
                          Steps{client("PASV"), server("227 Passive ($SERVER,160,0)").masked(),
                                client("EPSV"), server("229 ok (|||40961|)")}),
       .decisions = {"PORT: refuse, epsv-all", "EPRT: refuse, epsv-all", "PASV: refuse, epsv-all",
                     "EPSV: open, negotiated"}},
      {.name = "epsv_with_its_protocol",
       .steps = logged_in({client("EPSV 1"), server("229 ok (|||40960|)"), client("EPSV 2"),
                           server("522 (1)"), server_port_closed(40961)}),
       .decisions = {"EPSV: open, negotiated"}},
      {.name = "epsv_answered_with_227",
       .steps = logged_in({client("EPSV"), server("227 ok ($SERVER,160,0)").as("227 ok ($DIALED,160,0)")}),
       .decisions = {"PASV: open, negotiated"}},
      {.name = "port_that_the_server_refuses",
       .steps = logged_in(Steps{client("PORT $CLIENT,160,0").as("PORT $SEEN,160,0"), server("500 no"),
                                client_port_closed(40960)} +
                          offer(1)),
       .decisions = {"PORT: open, negotiated", "PORT: open, negotiated"}},
      {.name = "eprt_that_the_server_refuses",
       .steps = logged_in({client("EPRT |1|$CLIENT|40960|").as("EPRT |1|$SEEN|40960|"), server("522 (2)"),
                           client_port_closed(40960)}),
       .decisions = {"EPRT: open, negotiated"}},
      {.name = "pasv_twice",
       .steps = logged_in(answer(0) + answer(1) + Steps{server_port_closed(40960)}),
       .decisions = {"PASV: open, negotiated", "PASV: open, negotiated"}},
      {.name = "pasv_then_port",
       .steps = logged_in(answer(0) + offer(1) + Steps{server_port_closed(40960)}),
       .decisions = {"PASV: open, negotiated", "PORT: open, negotiated"}},
      {.name = "quit_closes",
       .steps = logged_in(answer() + Steps{client("QUIT"), server("221 bye"), server_port_closed(40960)}),
       .decisions = {"PASV: open, negotiated"}},
      {.name = "a_thousand_ports_in_a_row",
       .steps = logged_in(offers_in_a_row(1000)),
       .decisions = std::vector<std::string>(1000, "PORT: open, negotiated")},
      {.name = "five_hundred_ports_without_waiting",
       .steps = logged_in(many_offers(500)),
       .decisions = std::vector<std::string>(500, "PORT: open, negotiated"),
       .where_clients_are_masked = false},
      {.name = "answer_of_a_third_host",
       .steps = logged_in({client("PASV"), server("227 Passive (203,0,113,99,160,0)").as_some_line()}),
       .decisions = {"PASV: open, repaired"}},
      {.name = "answer_of_a_third_host_refused",
       .policy = "pasv-other-host = refuse\n",
       .steps = logged_in({client("PASV"), server("227 Passive (203,0,113,99,160,0)").masked()}),
       .decisions = {"PASV: refuse, other-host"}},
      {.name = "answer_of_an_external_address",
       .policy = "pasv-other-host = refuse\nexternal-address = 203.0.113.99\n",
       .steps = logged_in({client("PASV"), server("227 Passive (203,0,113,99,160,0)")}),
       .decisions = {"PASV: open, negotiated"}},
  };
}

}  // namespace pinhole::test
