// How a session begins: what the seed chose, and the handshake.

#include <algorithm>

#include "simulator/plan.hpp"
#include "simulator/world.hpp"
#include "support/segments.hpp"

namespace pinhole::test::simulator {

using alg::Side;

World::World(std::uint64_t seed) : random_(seed) {
  const Plan plan = Plan::some(random_);
  limits_ = plan.limits;
  rules_.policy = plan.policy;
  tracker_ = std::make_unique<pcap::ReplayTracker>(plan.rules, std::vector<net::Port>{21});
  rules_.view = tracker_->begin(plan.client, plan.server);
  take_ports();
  router_ = std::make_unique<RouterModel>(
      rules_.policy, limits_,
      gateway::Surroundings{*tracker_, static_cast<alg::Surveyor&>(*this), static_cast<alg::Sink&>(*this),
                            static_cast<alg::Observer&>(*this)});
  const net::Seq isns[2] = {net::Seq(random_.edgy32()), net::Seq(random_.edgy32())};
  router_->connect(rules_.view, isns[0] + 1, isns[1] + 1);
  const bool liars = random_.chance(10);
  for (const auto side : {Side::client, Side::server}) {
    const auto own = rules_.view.key(side);
    auto habits = some_habits(random_);
    habits.window = std::min(habits.window, limits_.history - 1448);  // what is in flight is remembered
    if (liars && random_.chance(60)) {
      habits.lies = 50;
      habits.spurious = 15;
      lies_ = true;
    }
    auto& end = end_of(side);
    end.host =
        std::make_unique<Host>(own, isns[alg::index(side)], isns[alg::index(other(side))], habits, random_);
    if (random_.chance(10)) end.dawdling = 5;
    end.first = isns[alg::index(side)] + 1;
  }
  client_ = std::make_unique<FtpClient>(rules_.view, random_);
  server_ = std::make_unique<FtpServer>(rules_.view, random_);
  network_ = Network::some(random_);
  if (random_.chance(10)) abort_after_ = random_.between(1, 200);
  // The handshake: the rules hand the SYN-ACK to the queue, it is the reply of a known connection.
  const auto key = rules_.view.key(Side::server);
  SegmentSpec synack{key.source, key.destination, isns[1], isns[0] + 1, {}};
  synack.flags = kSyn | kAck;
  at_router(make_segment(synack));
  events_ = {};  // both ends count as connected
  end_of(Side::server).host->write("220 ready\r\n");
}

/// Other sessions have pinholes already.
void World::take_ports() {
  const auto& view = rules_.view;
  for (unsigned i = 0; i < 8 && random_.chance(30); ++i) {
    const auto port = static_cast<net::Port>(random_.between(kPopular.first, kPopular.last));
    const bool active = random_.chance(50);
    auto& taken = active ? rules_.taken_active : rules_.taken_passive;
    if (!taken.insert(port).second) continue;
    auto neighbour = view.client;
    neighbour.port = static_cast<net::Port>(50'000 + i);
    const auto& other = tracker_->begin(neighbour, view.server);
    // Where it leads is the neighbour's own affair; nobody goes there.
    const net::Endpoint goal{view.client.address, 1};
    const alg::Pinhole pinhole{active ? Side::server : Side::client,
                               active ? view.server.address : view.client.address,
                               {active ? view.seen.address : view.dialed.address, port},
                               goal,
                               std::chrono::hours(100)};
    if (tracker_->apply(other, {pinhole, {}}) != alg::Applied::all)
      throw LawBroken("a neighbour got no pinhole");
  }
}

}  // namespace pinhole::test::simulator
