#include "support/fake_edge.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace pinhole::test {

std::optional<alg::NatView> FakeTracker::lookup(const net::FlowKey& key) {
  for (const auto& connection : connections) {
    if (key == connection.key(alg::Side::client) || key == connection.key(alg::Side::server))
      return connection;
  }
  return std::nullopt;
}

alg::Opened FakeTracker::open(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  if (broken) throw std::system_error(EPERM, std::generic_category(), "open");
  if (refuses) return alg::Opened::failed;
  if (taken_ports.contains(pinhole.to.port)) return alg::Opened::taken;
  opened.push_back(pinhole);
  open_now[flow.id] = pinhole;
  return alg::Opened::yes;
}

void FakeTracker::close(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  if (broken) throw std::system_error(EPERM, std::generic_category(), "close");
  withdrawn.push_back(pinhole);
  const auto found = open_now.find(flow.id);
  if (found != open_now.end() && found->second == pinhole) open_now.erase(found);
}

std::vector<alg::Listed> FakeTracker::list() {
  auto listed = strays;
  for (const auto& view : connections) {
    const auto open = open_now.find(view.id);
    if (open == open_now.end()) continue;
    listed.push_back({view.key(alg::Side::client), open->second.from, open->second.to});
  }
  return listed;
}

bool FakeTracker::keep_alive(const alg::NatView& flow, const alg::Pinhole&, bool search) {
  if (search) sought.push_back(flow.id);
  kept_alive.push_back(flow.id);
  return transferring;
}

bool FakeTracker::shift(const alg::NatView& flow, alg::Side sender, const stream::SeqShift& shift) {
  if (can_shift) shifts[{flow.id, sender}] = shift;
  return can_shift;
}

void FakeEdge::verdict(alg::PacketId id, const alg::Verdict& verdict) {
  const bool first =
      verdicts
          .emplace(id, Given{verdict.action, verdict.reason, {verdict.packet.begin(), verdict.packet.end()}})
          .second;
  if (!first) throw std::logic_error("a second verdict for packet " + std::to_string(id));
  order.push_back(id);
}

void FakeEdge::send_back(alg::PacketId id, std::span<const std::uint8_t> packet) {
  sent_back[id] = {packet.begin(), packet.end()};
}

void FakeEdge::negotiated(const alg::NatView&, const alg::Negotiation& negotiation) {
  negotiations.push_back(negotiation);
}

void FakeEdge::refused(const alg::NatView&, const alg::Refusal& refusal) {
  refusals.push_back(refusal.reason);
  refused_verbs.emplace_back(refusal.verb);
}

void FakeEdge::pinhole_closed(const alg::NatView&, const alg::Pinhole&, alg::Reason why) {
  closed.push_back(why);
}
void FakeEdge::flow_foreign(const alg::NatView&, alg::Reason why) {
  foreign.push_back(why);
}
void FakeEdge::flow_ended(const alg::NatView&, alg::Reason why) {
  ended.push_back(why);
}

}  // namespace pinhole::test
