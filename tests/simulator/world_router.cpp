// What the rules of the router do with a packet: queue it, let it pass, stop it.

#include "simulator/world.hpp"

namespace pinhole::test::simulator {

using alg::Side;

void World::record(const std::vector<std::uint8_t>& packet) {
  if (keeping_) records_.push_back({now_, packet});
}

void World::at_router(const std::vector<std::uint8_t>& packet) {
  ++outcome_.packets;
  record(packet);
  const auto parsed = net::TcpSegment::parse(packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  if (segment.payload().empty() && !segment.fin() && !segment.syn() && !segment.rst()) {
    router_->bypass(packet);  // the rules let empty acknowledgments pass
    return leave_router();
  }
  if (!segment.payload().empty()) {
    auto& sender =
        end_of(segment.source() == rules_.view.key(Side::client).source ? Side::client : Side::server);
    const auto begin = segment.seq() - sender.first;
    sender.came.push_back({now_, begin, begin + static_cast<std::int64_t>(segment.payload().size())});
  }
  tracker_->advance(std::chrono::microseconds(now_));
  // A handshake that conntrack knows nothing of is not queued, and the firewall stops it.
  if (segment.syn() && !tracker_->lookup(net::FlowKey::of(segment))) return;
  router_->packet(++id_, packet, std::chrono::microseconds(now_));
  check_memory();
  leave_router();
}

void World::leave_router() {
  router_->take_arrivals(leaving_);
  for (auto& arrival : leaving_) {
    record(arrival.packet);
    std::vector<Host::Packet> alone;
    alone.push_back(std::move(arrival.packet));
    travel(Event::Kind::at_host, arrival.at, std::move(alone));
  }
}

}  // namespace pinhole::test::simulator
