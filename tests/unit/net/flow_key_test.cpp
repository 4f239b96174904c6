#include "pinhole/net/flow_key.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

#include "unit/net/packets.hpp"

namespace pinhole::net {
namespace {

TEST(FlowKey, IsThePacketsOwnDirection) {
  for (const auto& spec : {test::ipv4(), test::ipv6()}) {
    const auto packet = test::make_packet(spec);
    const auto key = FlowKey::of(test::parsed(packet));
    EXPECT_EQ(key, (FlowKey{spec.source, spec.destination}));
    EXPECT_NE(key, (FlowKey{spec.destination, spec.source}));
  }
}

TEST(FlowKey, HashesTellTheDirectionsApart) {
  const auto spec = test::ipv4();
  const FlowKey there{spec.source, spec.destination};
  const FlowKey back{spec.destination, spec.source};
  EXPECT_NE(FlowKeyHash{}(there), FlowKeyHash{}(back));
  const std::unordered_set<FlowKey, FlowKeyHash> keys{there, back, there};
  EXPECT_EQ(keys.size(), 2u);
}

}  // namespace
}  // namespace pinhole::net
