// --snat and --dnat as they are written, and whom they apply to.

#include "pcap/nat_rules.hpp"

#include <gtest/gtest.h>

#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using pcap::DestinationNat;
using pcap::NatRules;
using pcap::SourceNat;

TEST(NatRules, SourceNatIsANetworkAndAnAddress) {
  EXPECT_TRUE(SourceNat::parse("192.168.0.0/16=203.0.113.7"));
  EXPECT_TRUE(SourceNat::parse("192.168.1.10=203.0.113.7"));
  EXPECT_TRUE(SourceNat::parse("fd00::/8=2001:db8::7"));
  for (const auto* wrong :
       {"", "=", "192.168.0.0/16", "192.168.0.0/16=", "=203.0.113.7", "192.168.0.0/33=203.0.113.7",
        "192.168.0.0/16=203.0.113.0/24", "192.168.0.0/16=2001:db8::7", "fd00::/8=203.0.113.7",
        "192.168.0.0/16=203.0.113.7=1.1.1.1", "192.168.0.0/16 = 203.0.113.7"}) {
    EXPECT_FALSE(SourceNat::parse(wrong)) << wrong;
  }
}

TEST(NatRules, DestinationNatIsThePublicAndThePrivateAddress) {
  const auto rule = DestinationNat::parse("203.0.113.7=10.0.0.2");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->outside.to_string(), "203.0.113.7");
  EXPECT_EQ(rule->inside.to_string(), "10.0.0.2");
  for (const auto* wrong : {"", "203.0.113.7", "203.0.113.7=", "203.0.113.7:21=10.0.0.2",
                            "203.0.113.0/24=10.0.0.2", "203.0.113.7=fd00::2"}) {
    EXPECT_FALSE(DestinationNat::parse(wrong)) << wrong;
  }
}

TEST(NatRules, ClientsInTheNetworkAreSeenElsewhere) {
  const NatRules rules{
      {*SourceNat::parse("192.168.1.0/24=203.0.113.7"), *SourceNat::parse("192.168.0.0/16=203.0.113.8")}, {}};
  EXPECT_EQ(rules.seen(endpoint("192.168.1.10", 4000)), endpoint("203.0.113.7", 4000));
  EXPECT_EQ(rules.seen(endpoint("192.168.2.10", 4000)), endpoint("203.0.113.8", 4000));
  EXPECT_EQ(rules.seen(endpoint("10.0.0.1", 4000)), endpoint("10.0.0.1", 4000));
  EXPECT_EQ(rules.dialed(endpoint("192.168.1.10", 21)), endpoint("192.168.1.10", 21));
}

TEST(NatRules, AServerIsDialedElsewhereAtTheSamePort) {
  const NatRules rules{{}, {*DestinationNat::parse("203.0.113.7=10.0.0.2")}};
  EXPECT_EQ(rules.dialed(endpoint("10.0.0.2", 2121)), endpoint("203.0.113.7", 2121));
  EXPECT_EQ(rules.dialed(endpoint("10.0.0.3", 21)), endpoint("10.0.0.3", 21));
  EXPECT_EQ(rules.seen(endpoint("10.0.0.2", 21)), endpoint("10.0.0.2", 21));
}

}  // namespace
}  // namespace pinhole::test
