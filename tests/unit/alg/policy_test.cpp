// Which policy holds for which server.

#include "pinhole/alg/policy.hpp"

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

alg::Policy marked(unsigned rate) {
  alg::Policy policy;
  policy.commands_per_second = rate;
  return policy;
}

net::Network network(const char* text) {
  return net::Network::parse(text).value();
}

TEST(Policies, TheSmallestNetworkHolds) {
  const alg::Policies policies(marked(1), {{network("10.0.0.0/8"), marked(2)},
                                           {network("10.1.2.3"), marked(4)},
                                           {network("10.1.0.0/16"), marked(3)}});
  const auto rate = [&](const char* server) {
    alg::NatView view = nat::none();
    view.server = view.dialed = {net::IpAddress::parse(server).value(), 21};
    return policies.of(view)->commands_per_second;
  };
  EXPECT_EQ(rate("192.0.2.1"), 1u);
  EXPECT_EQ(rate("10.9.9.9"), 2u);
  EXPECT_EQ(rate("10.1.9.9"), 3u);
  EXPECT_EQ(rate("10.1.2.3"), 4u);
  EXPECT_EQ(rate("2001:db8::1"), 1u);
}

TEST(Policies, TheDialedAddressCountsAsWellAsTheServersOwn) {
  const alg::NatView view = nat::forward();
  ASSERT_NE(view.dialed.address, view.server.address);
  const auto dialed = network(view.dialed.address.to_string().c_str());
  const auto server = network(view.server.address.to_string().c_str());
  EXPECT_EQ(alg::Policies(marked(1), {{dialed, marked(2)}}).of(view)->commands_per_second, 2u);
  EXPECT_EQ(alg::Policies(marked(1), {{server, marked(3)}}).of(view)->commands_per_second, 3u);
}

TEST(Policies, AFlowKeepsToItsServers) {
  alg::Policy strict;
  strict.deny_commands = {"SITE"};
  const auto view = nat::forward();
  const alg::Policies policies({}, {{network(view.server.address.to_string().c_str()), strict}});
  Conversation talk(view, policies);
  talk.log_in();
  EXPECT_EQ(talk.client("SITE x\r\n"), "XXXX x\r\n");
  Conversation other(nat::masquerade(), policies);
  other.log_in();
  EXPECT_EQ(other.client("SITE x\r\n"), "SITE x\r\n");
}

}  // namespace
}  // namespace pinhole::test
