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

const alg::NatView& ReplayTracker::begin(const net::Endpoint& client, const net::Endpoint& server,
                                         bool fresh) {
  alg::NatView nat;
  nat.id = connections_.size();
  nat.client = client;
  nat.server = server;
  nat.dialed = rules_.dialed(server);
  nat.seen = rules_.seen(client);
  // Two clients behind one address may have the same port; like the kernel, take the next one that is free.
  const auto is_taken = [&] {
    const auto found = by_key_.find(nat.key(alg::Side::server));
    return found != by_key_.end() && connections_[found->second].view.nat.client != client;
  };
  while (nat.seen != client && is_taken()) ++nat.seen.port;
  by_key_[nat.key(alg::Side::client)] = nat.id;
  by_key_[nat.key(alg::Side::server)] = nat.id;
  return connections_.emplace_back(Connection{{nat, {}, alg::Labels{.fresh = fresh}}, std::nullopt}).view.nat;
}

const alg::NatView& ReplayTracker::translate(std::uint64_t id, const alg::NatView& shown) {
  auto& nat = connections_[id].view.nat;
  const auto before = nat;
  nat.client = shown.client;
  nat.server = shown.server;
  if (!before.nated()) {
    nat.dialed = shown.dialed;
    nat.seen = shown.seen;
  }
  for (const auto side : {alg::Side::client, alg::Side::server}) {
    by_key_.erase(before.key(side));
    by_key_[nat.key(side)] = id;
  }
  return nat;
}

void ReplayTracker::begin_again(std::uint64_t id, alg::Labels::State state) {
  constexpr std::uint64_t kNext = 0x1'0000'0000;
  auto& view = connections_[id].view;
  view.nat.id += kNext;
  const bool epsv_all = view.labels && view.labels->epsv_all;
  view.labels = alg::Labels{.epsv_all = epsv_all, .state = state};
}

std::optional<alg::View> ReplayTracker::lookup(const net::FlowKey& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  return connections_[found->second].view;
}

bool ReplayTracker::is_taken(const alg::NatView& flow, const alg::Pinhole& pinhole) const {
  const auto same_tuple = by_tuple_.find(any_port(pinhole.from, pinhole.to));
  if (same_tuple == by_tuple_.end()) return false;
  return std::any_of(same_tuple->second.begin(), same_tuple->second.end(), [&](std::size_t index) {
    return entries_[index].flow != id_of(flow) && is_open(entries_[index]);
  });
}

alg::Applied ReplayTracker::apply(const alg::NatView& flow, const alg::Change& change) {
  const auto id = id_of(flow);
  if (id >= connections_.size()) return alg::Applied::refused;
  auto& connection = connections_[id];
  if (change.pinhole && is_taken(flow, *change.pinhole)) return alg::Applied::taken;
  // The kernel gives the sequence-adjust extension to NATed connections with a helper only.
  if (change.shift && !connection.view.nat.nated()) return alg::Applied::cannot_shift;
  if (change.labels) connection.view.labels = change.labels;
  if (change.shift) connection.view.shift[change.shift->sender] = change.shift->to;
  if (!change.pinhole) return alg::Applied::all;
  const auto& pinhole = *change.pinhole;
  withdraw(connection);
  connection.entry = entries_.size();
  by_tuple_[any_port(pinhole.from, pinhole.to)].push_back(entries_.size());
  by_goal_[any_port(pinhole.from, pinhole.forward_to)].push_back(entries_.size());
  entries_.push_back({id, pinhole, now_ + pinhole.timeout});
  return alg::Applied::all;
}

bool ReplayTracker::close(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  const auto id = id_of(flow);
  if (id >= connections_.size()) return false;
  if (keeps_pinholes_) return true;
  auto& connection = connections_[id];
  if (!connection.entry || entries_[*connection.entry].pinhole != pinhole) return false;
  const bool open = is_open(entries_[*connection.entry]);
  withdraw(connection);
  return open;
}

std::vector<alg::Listed> ReplayTracker::list() const {
  std::vector<alg::Listed> listed;
  for (const auto& connection : connections_) {
    if (!connection.entry || !is_open(entries_[*connection.entry])) continue;
    const auto& pinhole = entries_[*connection.entry].pinhole;
    listed.push_back({connection.view.nat.key(alg::Side::client), pinhole.from, pinhole.to});
  }
  return listed;
}

bool ReplayTracker::transfers(const alg::TransferQuestion& question) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.flow == id_of(question.flow) && entry.state == State::used &&
           entry.pinhole == question.pinhole;
  });
}

bool ReplayTracker::has_led_to(const net::IpAddress& source, const net::Endpoint& destination) const {
  return by_goal_.contains(any_port(source, destination));
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
  connection.entry.reset();
  if (is_open(entry)) entry.state = State::withdrawn;
}

}  // namespace pinhole::pcap
