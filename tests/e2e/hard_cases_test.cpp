// What other gateways get wrong, through the whole of the kernel's NAT: lines cut and joined, many edits in
// one session, announcements that are not honest, and connections that are not FTP.

#include <gtest/gtest.h>

#include <thread>

#include "conversation.hpp"

namespace pinhole::test {
namespace {

// Both addresses are translated, and every rewritten line changes its length.
class HardCase : public testing::Test {
 protected:
  void SetUp() override {
    site_ = Site::at({.topology = "both"});
    PINHOLE_NEEDS(site_);
    talk_ = std::make_unique<Conversation>(lab(), Family::ipv4);
  }
  const Lab& lab() const { return site_->lab(); }
  Conversation& talk() { return *talk_; }

  Listener listen_at(Role role) const {
    return {lab(), role, {lab().address(role == Role::client ? "client" : "server"), 0}};
  }

  // Leaves time for the segment to go alone.
  static void send_in_pieces(const Socket& socket, std::string_view text, std::size_t size) {
    for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
      socket.send(text.substr(0, size));
      std::this_thread::sleep_for(Milliseconds{3});
    }
  }

  void expect_announced(const std::optional<std::string>& line, const char* host, std::uint16_t port) const {
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(announced_in(*line), (Address{lab().address(host), port})) << *line;
  }

  bool reachable(Role from, const char* host, std::uint16_t port) const {
    return dial(lab(), from, {lab().address(host), port}, kImpatience).has_value();
  }

 private:
  Site* site_ = nullptr;
  std::unique_ptr<Conversation> talk_;
};

TEST_F(HardCase, port_in_pieces_of_every_size) {
  talk().log_in();
  for (const std::size_t size : {1U, 2U, 7U, 12U}) {
    const auto listener = listen_at(Role::client);
    send_in_pieces(talk().client(), "PORT " + comma_form(listener.local()) + "\r\n", size);
    expect_announced(talk().server().line(), "seen", listener.local().port);
    EXPECT_EQ(talk().to_client("200 ok"), "200 ok");
    EXPECT_TRUE(dial(lab(), Role::server, {lab().address("seen"), listener.local().port})) << size;
  }
}

TEST_F(HardCase, passive_reply_in_pieces_of_every_size) {
  talk().log_in();
  for (const std::size_t size : {1U, 3U, 20U}) {
    const auto listener = listen_at(Role::server);
    EXPECT_EQ(talk().to_server("PASV"), "PASV");
    const auto reply = "227 Entering Passive Mode (" + comma_form(listener.local()) + ").\r\n";
    send_in_pieces(talk().server(), reply, size);
    expect_announced(talk().client().line(), "dialed", listener.local().port);
    EXPECT_TRUE(dial(lab(), Role::client, {lab().address("dialed"), listener.local().port})) << size;
  }
}

TEST_F(HardCase, two_commands_in_one_segment) {
  talk().log_in();
  const auto listener = listen_at(Role::client);
  talk().client().send("TYPE I\r\nPORT " + comma_form(listener.local()) + "\r\n");
  EXPECT_EQ(talk().server().line(), "TYPE I");
  expect_announced(talk().server().line(), "seen", listener.local().port);
  EXPECT_EQ(talk().to_client("200 binary"), "200 binary");
  EXPECT_EQ(talk().to_client("200 ok"), "200 ok");
  EXPECT_TRUE(dial(lab(), Role::server, {lab().address("seen"), listener.local().port}));
}

TEST_F(HardCase, two_replies_in_one_segment) {
  talk().log_in();
  const auto listener = listen_at(Role::server);
  talk().client().send("TYPE I\r\nPASV\r\n");
  EXPECT_EQ(talk().server().line(), "TYPE I");
  EXPECT_EQ(talk().server().line(), "PASV");
  talk().server().send("200 ok\r\n227 =" + comma_form(listener.local()) + "\r\n");
  EXPECT_EQ(talk().client().line(), "200 ok");
  expect_announced(talk().client().line(), "dialed", listener.local().port);
  EXPECT_TRUE(dial(lab(), Role::client, {lab().address("dialed"), listener.local().port}));
}

TEST_F(HardCase, thirty_edits_each_way) {
  talk().log_in();
  for (int i = 0; i < 30; ++i) {
    for (const auto mode : {Mode::port, Mode::pasv, Mode::eprt}) {
      const auto negotiated = negotiate(lab(), Family::ipv4, talk(), mode);
      ASSERT_NE(negotiated, nullptr) << i;
      ASSERT_TRUE(data_passes(lab(), *negotiated)) << i;
    }
    const auto name = "RETR " + std::string(static_cast<std::size_t>(10 * i), 'x');
    ASSERT_EQ(talk().to_server(name), name);
    ASSERT_EQ(talk().to_client("226 " + name), "226 " + name);
  }
}

TEST_F(HardCase, edits_both_ways_before_anything_is_acknowledged) {
  talk().log_in();
  const auto at_server = listen_at(Role::server);
  const auto at_client = listen_at(Role::client);
  talk().client().send("PASV\r\nPORT " + comma_form(at_client.local()) + "\r\nNOOP\r\n");
  talk().server().send("227 (" + comma_form(at_server.local()) + ")\r\n");
  EXPECT_EQ(talk().server().line(), "PASV");
  expect_announced(talk().server().line(), "seen", at_client.local().port);
  EXPECT_EQ(talk().server().line(), "NOOP");
  expect_announced(talk().client().line(), "dialed", at_server.local().port);
}

TEST_F(HardCase, two_flows_announce_the_same_port) {
  Conversation other(lab(), Family::ipv4);
  talk().log_in();
  other.log_in();
  const auto listener = listen_at(Role::client);
  const auto port_command = "PORT " + comma_form(listener.local());
  const auto first = announced_in(talk().to_server(port_command).value_or(""));
  const auto second = announced_in(other.to_server(port_command).value_or(""));
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->port, second->port);
  for (const auto& announced : {*first, *second}) {
    EXPECT_TRUE(dial(lab(), Role::server, announced));
    EXPECT_TRUE(listener.accept());
  }
}

TEST_F(HardCase, refused_port_of_a_third_host) {
  talk().log_in();
  const auto heard = talk().to_server("PORT 203,0,113,99,4,1");
  ASSERT_TRUE(heard.has_value());
  EXPECT_EQ(heard->find("PORT"), std::string::npos) << *heard;
  EXPECT_EQ(talk().to_client("500 what?"), "500 what?");
  EXPECT_NE(negotiate(lab(), Family::ipv4, talk(), Mode::port), nullptr) << "the session lives";
}

TEST_F(HardCase, nothing_before_login) {
  EXPECT_EQ(talk().to_client("220 lab"), "220 lab");
  const auto listener = listen_at(Role::client);
  talk().to_server("PORT " + comma_form(listener.local()));
  talk().to_client("200 ok");
  EXPECT_FALSE(reachable(Role::server, "seen", listener.local().port));
}

TEST_F(HardCase, nothing_for_a_reply_nobody_asked_for) {
  talk().log_in();
  const auto listener = listen_at(Role::server);
  talk().to_client("227 Entering Passive Mode (" + comma_form(listener.local()) + ").");
  EXPECT_FALSE(reachable(Role::client, "dialed", listener.local().port));
}

TEST_F(HardCase, nothing_for_a_port_line_in_an_http_request) {
  const auto listener = listen_at(Role::client);
  talk().to_client("220 lab");
  talk().to_server("POST / HTTP/1.1");
  talk().to_server("Content-Length: 40");
  talk().to_server("PORT " + comma_form(listener.local()));
  talk().to_client("200 ok");
  EXPECT_FALSE(reachable(Role::server, "seen", listener.local().port));
}

TEST_F(HardCase, server_that_announces_its_public_address) {
  talk().log_in();
  const auto listener = listen_at(Role::server);
  const Address announced{lab().address("dialed"), listener.local().port};
  const auto reply = "227 Entering Passive Mode (" + comma_form(announced) + ").";
  EXPECT_EQ(talk().to_server("PASV"), "PASV");
  EXPECT_EQ(talk().to_client(reply), reply);
  EXPECT_TRUE(dial(lab(), Role::client, announced));
}

TEST_F(HardCase, client_that_announces_its_public_address) {
  talk().log_in();
  const auto listener = listen_at(Role::client);
  const Address announced{lab().address("seen"), listener.local().port};
  EXPECT_EQ(talk().to_server("PORT " + comma_form(announced)), "PORT " + comma_form(announced));
  EXPECT_EQ(talk().to_client("200 ok"), "200 ok");
  EXPECT_TRUE(dial(lab(), Role::server, announced));
}

}  // namespace
}  // namespace pinhole::test
