#include "simulator/plan.hpp"

#include "simulator/ftp_ends.hpp"
#include "support/segments.hpp"

namespace pinhole::test::simulator {
namespace {

alg::Limits some_limits(Random& random) {
  alg::Limits limits;
  if (random.chance(30)) limits.history = random.between(2 * limits.acknowledged_locally, 8192);
  if (random.chance(30)) limits.held_packets = random.between(1, 16);
  if (random.chance(20)) limits.waiting_packets = random.below(4);
  if (random.chance(10)) limits.waiting_bytes = random.below(2000);
  if (random.chance(20)) limits.acknowledged_locally = random.between(40, limits.line);
  return limits;
}

}  // namespace

Habits some_habits(Random& random) {
  Habits habits;
  habits.segment = random.chance(70) ? 1448 : random.between(8, 600);
  habits.cut = random.chance(40) ? 1448 : random.chance(20) ? 1 : random.between(1, 40);
  habits.nagle = random.chance(50);
  habits.sack = random.chance(70);
  habits.timestamps = random.chance(70);
  habits.delayed_acks = random.chance(50) ? 0 : 80;
  habits.spurious = random.chance(20) ? 15 : 0;
  habits.keep_alives = random.chance(20) ? 10 : 0;
  habits.stalls = random.chance(10) ? 10 : 0;
  habits.window = random.chance(85) ? 65535 : random.between(50, 3000);
  return habits;
}

Plan Plan::some(Random& random) {
  Plan plan;
  const bool v6 = random.chance(25);
  const auto address = [](const char* text) { return endpoint(text, 0).address; };
  plan.client = v6 ? endpoint("fd00::10", 40000) : endpoint("192.168.1.10", 40000);
  plan.server = v6 ? endpoint("2001:db8:1::2", 21) : endpoint("10.0.0.2", 21);
  const auto network = *net::Network::parse(plan.client.address.to_string());
  // The other end's text may be longer, shorter or of the same length.
  static constexpr const char* kSeen4[] = {"203.0.113.177", "8.1.1.1", "203.0.11.123"};
  static constexpr const char* kDialed4[] = {"198.51.100.111", "9.0.0.2", "1.2.3.4"};
  if (random.chance(60)) {
    plan.rules.source.push_back(
        {network, v6 ? address("2001:db8:ffff::1234") : address(random.one_of(kSeen4))});
  }
  if (random.chance(50)) {
    plan.rules.destination.push_back(
        {v6 ? address("2001:db8::7") : address(random.one_of(kDialed4)), plan.server.address});
  }
  if (random.chance(20)) {  // perhaps all of them taken
    plan.policy.public_ports = {kPopular.first, static_cast<net::Port>(kPopular.first + random.below(4))};
  }
  if (random.chance(30)) plan.policy.on_unfinished_line = alg::UnfinishedLine::refuse;
  plan.limits = some_limits(random);
  return plan;
}

}  // namespace pinhole::test::simulator
