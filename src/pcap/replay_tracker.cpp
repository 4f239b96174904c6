#include "pcap/replay_tracker.hpp"

#include <algorithm>

namespace pinhole::pcap {
namespace {

/// A pinhole leaves the source port open.
net::FlowKey any_port(const net::IpAddress& from, const net::Endpoint& to) {
  return {{from, 0}, to};
}

}  // namespace

ReplayTracker::ReplayTracker(NatRules rules, std::vector<net::Port> control_ports)
    : rules_(std::move(rules)), control_ports_(std::move(control_ports)) {}

bool ReplayTracker::is_control_port(net::Port port) const {
  return std::find(control_ports_.begin(), control_ports_.end(), port) != control_ports_.end();
}

const alg::NatView& ReplayTracker::begin(const net::Endpoint& client, const net::Endpoint& server) {
  alg::NatView view;
  view.id = connections_.size();
  view.client = client;
  view.server = server;
  view.dialed = rules_.dialed(server);
  view.seen = rules_.seen(client);
  // Two clients behind one address may have the same port; like the kernel, take the next one that is free.
  const auto is_taken = [&] {
    const auto found = by_key_.find(view.key(alg::Side::server));
    return found != by_key_.end() && connections_[found->second].view.client != client;
  };
  while (view.seen != client && is_taken()) ++view.seen.port;
  by_key_[view.key(alg::Side::client)] = view.id;
  by_key_[view.key(alg::Side::server)] = view.id;
  return connections_.emplace_back(Connection{view, std::nullopt}).view;
}

std::optional<alg::NatView> ReplayTracker::lookup(const net::FlowKey& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  return connections_[found->second].view;
}

alg::Opened ReplayTracker::open(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  if (flow.id >= connections_.size()) return alg::Opened::failed;
  auto& same_tuple = by_tuple_[any_port(pinhole.from, pinhole.to)];
  const bool taken = std::any_of(same_tuple.begin(), same_tuple.end(), [&](std::size_t index) {
    return entries_[index].flow != flow.id && is_open(entries_[index]);
  });
  if (taken) return alg::Opened::taken;

  auto& connection = connections_[flow.id];
  withdraw(connection);
  connection.entry = entries_.size();
  same_tuple.push_back(entries_.size());
  by_goal_[any_port(pinhole.from, pinhole.forward_to)].push_back(entries_.size());
  entries_.push_back({flow.id, pinhole, now_ + pinhole.timeout});
  return alg::Opened::yes;
}

void ReplayTracker::close(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  if (flow.id >= connections_.size()) return;
  auto& connection = connections_[flow.id];
  if (connection.entry && entries_[*connection.entry].pinhole == pinhole) withdraw(connection);
}

std::vector<alg::Listed> ReplayTracker::list() {
  std::vector<alg::Listed> listed;
  for (const auto& connection : connections_) {
    if (!connection.entry || !is_open(entries_[*connection.entry])) continue;
    const auto& pinhole = entries_[*connection.entry].pinhole;
    listed.push_back({connection.view.key(alg::Side::client), pinhole.from, pinhole.to});
  }
  return listed;
}

bool ReplayTracker::keep_alive(const alg::NatView& flow, const alg::Pinhole& pinhole, bool) {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.flow == flow.id && entry.state == State::used && entry.pinhole == pinhole;
  });
}

bool ReplayTracker::shift(const alg::NatView& flow, alg::Side sender, const stream::SeqShift& shift) {
  // The kernel gives the sequence-adjust extension to NATed connections with a helper only.
  if (flow.id >= connections_.size() || !connections_[flow.id].view.nated()) return false;
  auto& view = connections_[flow.id].view;
  (sender == alg::Side::client ? view.client_shift : view.server_shift) = shift;
  return true;
}

ReplayTracker::Admission ReplayTracker::admit(const net::Endpoint& source, const net::Endpoint& destination) {
  const auto found = by_goal_.find(any_port(source.address, destination));
  if (found == by_goal_.end()) return {};
  const auto& candidates = found->second;
  const auto open = std::find_if(candidates.rbegin(), candidates.rend(),
                                 [&](std::size_t index) { return is_open(entries_[index]); });
  Entry& entry = entries_[open == candidates.rend() ? candidates.back() : *open];
  const Admission admission{reason_of(entry), entry.flow, entry.pinhole};
  if (open != candidates.rend()) {
    entry.state = State::used;
    connections_[entry.flow].entry.reset();
  }
  return admission;
}

alg::Reason ReplayTracker::reason_of(const Entry& entry) const {
  if (entry.state == State::used) return alg::Reason::pinhole_used;
  if (entry.state == State::withdrawn) return alg::Reason::pinhole_withdrawn;
  return is_open(entry) ? alg::Reason::negotiated : alg::Reason::pinhole_expired;
}

void ReplayTracker::withdraw(Connection& connection) {
  if (!connection.entry) return;
  Entry& entry = entries_[*connection.entry];
  if (is_open(entry)) entry.state = State::withdrawn;
  connection.entry.reset();
}

}  // namespace pinhole::pcap
