// How many sessions a client may have at a time: one too many is reset before its server greets.

#include <gtest/gtest.h>

#include "conversation.hpp"
#include "support/socket_options.hpp"

namespace pinhole::test {
namespace {

TEST(ManySessions, one_too_many_is_reset_until_another_ends) {
  auto* site = Site::at({.topology = "masquerade", .more = {"--sessions-per-client", "2"}});
  PINHOLE_NEEDS(site);
  const Lab& lab = site->lab();
  LabConversation first(lab, Family::ipv4);
  LabConversation second(lab, Family::ipv4);
  first.log_in();
  {
    const Listener server(lab, Role::server, {lab.address("server"), 21});
    EXPECT_FALSE(dial(lab, Role::client, {lab.address("dialed"), 21}));
    auto from_another_host = dial(lab, Role::client, {lab.address("dialed"), 21}, kPatience,
                                  {.from = {lab.address("client_other"), 0}});
    EXPECT_TRUE(from_another_host.has_value());
  }
  EXPECT_TRUE(site->gateway().wait_for_log("refuse, too-many-sessions"));
  EXPECT_EQ(first.to_server("NOOP"), "NOOP");
  first.hang_up();
  LabConversation third(lab, Family::ipv4);
  third.log_in();
  second.log_in();
}

}  // namespace
}  // namespace pinhole::test
