// A denied command in every disguise, wherever the control connection is: through the router, at another
// port, over several queues, from and to the router itself. What the server could read is what counts.

#include <csignal>
#include <string>

#include "server_readings.hpp"
#include "support/socket_options.hpp"
#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;

struct FilteredPlace {
  const char* name;
  Family family;
  const char* topology;
  std::uint16_t port = 21;
  int queues = 1;
  Role client = Role::client;
  Role server = Role::server;
};
void PrintTo(const FilteredPlace& place, std::ostream* out) {
  *out << place.name;
}

class FilteredPlaces : public testing::TestWithParam<FilteredPlace> {
 protected:
  void SetUp() override {
    expect_waits("what the filter stops is repeated");
    site_ = Site::at({.topology = GetParam().topology,
                      .queues = GetParam().queues,
                      .more = {"--deny-commands", "DELE", "--tls", "deny"}});
    PINHOLE_NEEDS(site_);
    const bool on_the_router = GetParam().server == Role::router;
    const auto& home = address(on_the_router ? "router_inside" : "server");
    const Listener listener(lab(), GetParam().server, {home, 21});
    client_ = dial(lab(), GetParam().client, {on_the_router ? home : address("dialed"), GetParam().port});
    ASSERT_TRUE(client_.has_value());
    server_ = listener.accept();
    ASSERT_TRUE(server_.has_value());
    server_->send("220 lab\r\n");
    EXPECT_EQ(client_->line(), "220 lab");
    for (const auto& [command, reply] :
         {std::pair{"USER a"s, "331 who?"s}, {"PASS b"s, "230 in"s}, {"NOOP"s, "200 awake"s}}) {
      client_->send(command + "\r\n");
      EXPECT_EQ(server_->line(), command);
      server_->send(reply + "\r\n");
      EXPECT_EQ(client_->line(), reply);
    }
  }

  Site& site() const { return *site_; }
  Socket& client() { return *client_; }
  Socket& server() { return *server_; }

  /// No server reads this command in what arrives behind `begin`.
  void expect_unread(const std::string& verb, std::string begin = "") {
    while (const auto line = server().line(kImpatience)) {
      begin += *line;
      for (const auto& read : verbs_read_in(begin)) EXPECT_NE(read, verb) << begin;
      begin.clear();
    }
  }

 private:
  const Lab& lab() const { return site_->lab(); }
  const std::string& address(std::string_view of) const { return lab().address(of, GetParam().family); }

  Site* site_ = nullptr;
  std::optional<Socket> client_, server_;
};

std::vector<FilteredPlace> filtered_places() {
  std::vector<FilteredPlace> places;
  for (const auto& [family, v4] : {std::pair{Family::ipv4, true}, {Family::ipv6, false}}) {
    places.push_back({v4 ? "routed_ipv4" : "routed_ipv6", family, "routed"});
    places.push_back({v4 ? "port_2121_to_21_ipv4" : "port_2121_to_21_ipv6", family, "dnat", 2121});
    places.push_back({v4 ? "three_queues_ipv4" : "three_queues_ipv6", family, "both", 21, 3});
    places.push_back({v4 ? "client_on_the_router_ipv4" : "client_on_the_router_ipv6", family, "masquerade",
                      21, 1, Role::router});
    places.push_back({v4 ? "server_on_the_router_ipv4" : "server_on_the_router_ipv6", family, "routed", 21, 1,
                      Role::client, Role::router});
  }
  return places;
}
INSTANTIATE_TEST_SUITE_P(At, FilteredPlaces, testing::ValuesIn(filtered_places()),
                         [](const auto& each) { return std::string(each.param.name); });

TEST_P(FilteredPlaces, in_clear_text) {
  client().send("DELE a\r\n");
  expect_unread("DELE");
  client().send("NOOP\r\n dele a\r\nNOOP\r\nDele a\r\n");
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, in_pieces) {
  for (const auto* piece : {"N", "OOP\r", "\nD", "E", "L", "E", " ", "a\r\n"}) client().send(piece);
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, with_a_tab) {
  client().send("DELE\ta\r\n");
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, behind_what_some_server_takes_for_a_lines_end) {
  client().send("NOOP\0DELE a\r\n"s);
  client().send("NOOP a\0DELE a\r\n"s);
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, behind_a_lone_carriage_return) {
  client().send("NOOP\rDELE a\r\n");
  client().send("NOOP a\rDELE a\r\n");
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, with_telnet_commands) {
  client().send("DE\xff\xf1LE a\r\n");
  client().send(
      "\xff\xf4\xff\xf2"
      "DELE a\r\n");
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, with_an_urgent_byte) {
  send_urgent(client(), "DX");
  client().send("ELE a\r\n");
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, behind_an_urgent_byte) {
  send_urgent(client(), "X");
  client().send("DELE a\r\n");
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, behind_a_telnet_synch) {
  client().send("\xff\xf4");
  send_urgent(client(), "\xff\xf2");
  client().send("XDELE a\r\n");
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, behind_a_line_that_is_no_command) {
  client().send("{}\r\n" + std::string(3'000, 'x') + "\r\nDELE a\r\n");
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, in_an_encrypted_session) {
  client().send("AUTH TLS\r\n");
  expect_unread("AUTH");
  server().send("234 go ahead\r\n");
  client().send("DELE a\r\n");
  expect_unread("DELE");
}

TEST_P(FilteredPlaces, whose_verb_is_under_way_when_the_gateway_is_started_anew) {
  client().send("DE");
  ASSERT_EQ(read_bytes(server(), 2), "DE");
  site().gateway().end(SIGKILL);
  site().gateway().start();
  client().send("LE a\r\n");
  expect_unread("DELE", "DE");
}

}  // namespace
}  // namespace pinhole::test
