// Where else a control connection can be: on other ports, on the router itself, spread over several queues.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "conversation.hpp"

namespace pinhole::test {
namespace {

constexpr Milliseconds kPlacesLimit{10'000};

// Every mode with curl, from a place to an address.
void expect_every_mode(const Lab& lab, Role from, const std::string& host, Family family) {
  for (const auto mode : {Mode::pasv, Mode::epsv, Mode::port, Mode::eprt}) {
    if (!can_use(Client::curl, mode, family)) continue;
    const auto session = run(lab.in(from, curl_command(host, mode, kPlacesLimit)), kPlacesLimit);
    EXPECT_EQ(session.status, 0) << session.errors;
    EXPECT_EQ(session.output, content_of(lab.served() / "readme.txt")) << session.errors;
    EXPECT_TRUE(sent(session, mode)) << session.errors;
  }
}

TEST(Places, second_control_port) {
  for (const auto* topology : {"dnat", "routed"}) {
    auto* site = Site::at({.topology = topology});
    PINHOLE_NEEDS(site);
    for (const auto mode : {Mode::pasv, Mode::port}) {
      LabConversation talk(site->lab(), Family::ipv4, 2121);
      talk.log_in();
      const auto negotiated = negotiate(site->lab(), Family::ipv4, talk, mode);
      ASSERT_NE(negotiated, nullptr) << topology;
      EXPECT_TRUE(data_passes(site->lab(), *negotiated)) << topology << ' ' << verb_of(mode);
    }
  }
}

TEST(Places, server_on_the_router) {
  auto* site = Site::at({.topology = "routed", .server = "vsftpd", .server_on = Role::router});
  PINHOLE_NEEDS(site);
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    expect_every_mode(site->lab(), Role::client, site->lab().address("router_inside", family), family);
  }
}

TEST(Places, client_on_the_router) {
  auto* site = Site::at({.topology = "masquerade", .server = "vsftpd"});
  PINHOLE_NEEDS(site);
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    expect_every_mode(site->lab(), Role::router, site->lab().address("server", family), family);
  }
}

TEST(Places, several_queues) {
  auto* site = Site::at({.topology = "both", .server = "vsftpd", .queues = 3});
  PINHOLE_NEEDS(site);
  const auto& lab = site->lab();
  std::vector<std::unique_ptr<Process>> clients;
  for (int i = 0; i < 4; ++i) {
    for (const auto mode : {Mode::pasv, Mode::epsv, Mode::port, Mode::eprt}) {
      const auto family =
          can_use(Client::curl, mode, Family::ipv6) && i % 2 == 0 ? Family::ipv6 : Family::ipv4;
      const auto command = curl_command(lab.address("dialed", family), mode, kPlacesLimit);
      clients.push_back(std::make_unique<Process>(lab.in(Role::client, command)));
    }
  }
  for (const auto& client : clients) {
    EXPECT_EQ(client->wait(kPlacesLimit), 0) << client->errors();
    EXPECT_EQ(client->output(), content_of(lab.served() / "readme.txt"));
  }
}

}  // namespace
}  // namespace pinhole::test
