#include "simulator/network.hpp"

#include "pinhole/net/packet_edit.hpp"

namespace pinhole::test::simulator {
namespace {

using Packets = std::vector<Host::Packet>;

net::TcpSegment view(const Host::Packet& packet) {
  const auto parsed = net::TcpSegment::parse(packet);
  return std::get<net::TcpSegment>(parsed);
}

bool is_plain_data(const net::TcpSegment& segment) {
  return !segment.syn() && !segment.rst() && !segment.fin() && !segment.payload().empty();
}

/// As a receiver's offload does: two segments in a row become one.
bool join(Host::Packet& packet, const Host::Packet& next) {
  const auto first = view(packet), second = view(next);
  if (!is_plain_data(first) || second.payload().empty() || first.payload_end() != second.seq()) return false;
  std::vector<std::uint8_t> payload(first.payload().begin(), first.payload().end());
  payload.insert(payload.end(), second.payload().begin(), second.payload().end());
  Host::Packet joined;
  net::rebuild(second, first.seq(), payload, true, joined);
  packet = std::move(joined);
  return true;
}

/// As a proxy or a tunnel does: one segment becomes two.
void cut(const Host::Packet& packet, Random& random, Packets& out) {
  const auto segment = view(packet);
  if (segment.payload().size() < 2) return out.push_back(packet);
  const auto at = random.between(1, segment.payload().size() - 1);
  Host::Packet head, tail;
  net::rebuild(segment, segment.seq(), segment.payload().first(at), false, head);
  net::rebuild(segment, segment.seq() + static_cast<std::int64_t>(at), segment.payload().subspan(at), true,
               tail);
  out.push_back(std::move(head));
  out.push_back(std::move(tail));
}

}  // namespace

Network Network::some(Random& random) {
  Network network;
  if (random.chance(60)) network.loss_ = static_cast<unsigned>(random.below(20));
  if (random.chance(50)) network.repetition_ = static_cast<unsigned>(random.below(10));
  if (random.chance(30)) network.cuts_ = static_cast<unsigned>(random.below(50));
  if (random.chance(30)) network.joins_ = static_cast<unsigned>(random.below(100));
  network.delay_ = random.between(10, 20'000);
  if (random.chance(50)) network.jitter_ = random.between(1, 30'000);
  return network;
}

std::vector<Network::Arrival> Network::carry(Packets packets, Random& random) const {
  Packets recut;
  for (const auto& packet : packets) {
    if (!recut.empty() && random.chance(joins_) && join(recut.back(), packet)) continue;
    if (random.chance(cuts_)) {
      cut(packet, random, recut);
    } else {
      recut.push_back(packet);
    }
  }
  std::vector<Arrival> arrivals;
  for (const auto& packet : recut) {
    if (random.chance(loss_)) continue;
    for (int copies = random.chance(repetition_) ? 2 : 1; copies > 0; --copies) {
      arrivals.push_back({delay_ + (jitter_ == 0 ? 0 : random.below(jitter_)), packet});
    }
  }
  return arrivals;
}

}  // namespace pinhole::test::simulator
