// What a seed chooses before a session begins: its addresses and NAT, the habits of its ends, the gateway's
// limits.
#pragma once

#include "pcap/nat_rules.hpp"
#include "pinhole/alg/limits.hpp"
#include "pinhole/alg/policy.hpp"
#include "property/random.hpp"
#include "simulator/host.hpp"

namespace pinhole::test::simulator {

struct Plan {
  pcap::NatRules rules;
  net::Endpoint client, server;
  alg::Policy policy;
  alg::Limits limits;

  static Plan some(Random& random);
};

Habits some_habits(Random& random);

}  // namespace pinhole::test::simulator
