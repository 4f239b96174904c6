// Announcements that are not honest, or not FTP, open nothing; those of a host that knows its public address
// are taken at their word.

#include <gtest/gtest.h>

#include "conversation.hpp"

namespace pinhole::test {
namespace {

class Honesty : public testing::Test {
 protected:
  void SetUp() override {
    site_ = Site::at({.topology = "both"});
    PINHOLE_NEEDS(site_);
    talk_ = std::make_unique<LabConversation>(lab(), Family::ipv4);
  }
  const Lab& lab() const { return site_->lab(); }
  LabConversation& talk() { return *talk_; }

  Listener listen_at(Role role) const {
    return {lab(), role, {lab().address(role == Role::client ? "client" : "server"), 0}};
  }

  bool reachable(Role from, const char* host, std::uint16_t port) const {
    return dial(lab(), from, {lab().address(host), port}, kImpatience).has_value();
  }

 private:
  Site* site_ = nullptr;
  std::unique_ptr<LabConversation> talk_;
};

TEST_F(Honesty, refused_port_of_a_third_host) {
  talk().log_in();
  const auto heard = talk().to_server("PORT 203,0,113,99,4,1");
  ASSERT_TRUE(heard.has_value());
  EXPECT_EQ(heard->find("PORT"), std::string::npos) << *heard;
  EXPECT_EQ(talk().to_client("500 what?"), "500 what?");
  EXPECT_NE(negotiate(lab(), Family::ipv4, talk(), Mode::port), nullptr) << "the session lives";
}

TEST_F(Honesty, nothing_before_login) {
  EXPECT_EQ(talk().to_client("220 lab"), "220 lab");
  const auto listener = listen_at(Role::client);
  talk().to_server("PORT " + comma_form(listener.local()));
  talk().to_client("200 ok");
  EXPECT_FALSE(reachable(Role::server, "seen", listener.local().port));
}

TEST_F(Honesty, nothing_for_a_reply_nobody_asked_for) {
  talk().log_in();
  const auto listener = listen_at(Role::server);
  talk().to_client("227 Entering Passive Mode (" + comma_form(listener.local()) + ").");
  EXPECT_FALSE(reachable(Role::client, "dialed", listener.local().port));
}

TEST_F(Honesty, nothing_for_a_port_line_in_an_http_request) {
  const auto listener = listen_at(Role::client);
  talk().to_client("220 lab");
  talk().to_server("POST / HTTP/1.1");
  talk().to_server("Content-Length: 40");
  talk().to_server("PORT " + comma_form(listener.local()));
  talk().to_client("200 ok");
  EXPECT_FALSE(reachable(Role::server, "seen", listener.local().port));
}

TEST_F(Honesty, server_that_announces_its_public_address) {
  talk().log_in();
  const auto listener = listen_at(Role::server);
  const Address announced{lab().address("dialed"), listener.local().port};
  const auto reply = "227 Entering Passive Mode (" + comma_form(announced) + ").";
  EXPECT_EQ(talk().to_server("PASV"), "PASV");
  EXPECT_EQ(talk().to_client(reply), reply);
  EXPECT_TRUE(dial(lab(), Role::client, announced));
}

TEST_F(Honesty, client_that_announces_its_public_address) {
  talk().log_in();
  const auto listener = listen_at(Role::client);
  const Address announced{lab().address("seen"), listener.local().port};
  EXPECT_EQ(talk().to_server("PORT " + comma_form(announced)), "PORT " + comma_form(announced));
  EXPECT_EQ(talk().to_client("200 ok"), "200 ok");
  EXPECT_TRUE(dial(lab(), Role::server, announced));
}

}  // namespace
}  // namespace pinhole::test
