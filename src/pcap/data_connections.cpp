#include "pcap/data_connections.hpp"

#include <algorithm>

#include "pinhole/net/packet_edit.hpp"

namespace pinhole::pcap {
namespace {

/// Negotiations looked back at to find the one that a data connection followed. Generous: a session has one
/// pinhole at a time.
constexpr std::size_t kLookBack = 256;

/// The opener's packets on the far side.
net::FlowKey far_key(const alg::NatView& flow, const alg::Pinhole& pinhole, net::Port source_port) {
  const bool passive = pinhole.opener == alg::Side::client;
  return {{passive ? flow.seen.address : flow.dialed.address, source_port}, pinhole.to};
}

}  // namespace

void DataConnections::watch(const net::IpAddress& one, const net::IpAddress& other) {
  hosts_.insert(net::FlowKey{{one, 0}, {other, 0}});
  hosts_.insert(net::FlowKey{{other, 0}, {one, 0}});
}

void DataConnections::unwatch(const net::IpAddress& one, const net::IpAddress& other) {
  hosts_.erase(net::FlowKey{{one, 0}, {other, 0}});
  hosts_.erase(net::FlowKey{{other, 0}, {one, 0}});
}

bool DataConnections::play(const Captured& captured) {
  if (captured.is_opening()) open(captured);
  const auto found = by_key_.find(captured.key);
  if (found == by_key_.end()) return false;
  const auto& connection = connections_[found->second.connection];
  ++report_.counts.data;
  if (connection.passes) send(captured, connection, found->second.by_opener);
  return true;
}

void DataConnections::open(const Captured& captured) {
  const auto& [source, destination] = captured.key;
  const auto known = by_key_.find(captured.key);
  if (known != by_key_.end() && known->second.by_opener) {
    auto& connection = connections_[known->second.connection];
    if (connection.initial == captured.segment.seq()) {  // sent again: a pinhole may have opened meanwhile
      if (!connection.passes) judge(connection, captured.key);
      return;
    }
  } else if (!hosts_.contains({{source.address, 0}, {destination.address, 0}}) &&
             !tracker_.has_led_to(source.address, destination)) {
    return;
  }
  auto& connection = connections_.emplace_back();
  connection.reported = report_.data_connections.size();
  connection.initial = captured.segment.seq();
  auto& reported = report_.data_connections.emplace_back();
  reported.from = source;
  reported.to = destination;
  reported.frame = captured.frame;
  reported.time = captured.time;
  by_key_[captured.key] = {connections_.size() - 1, true};
  by_key_[{destination, source}] = {connections_.size() - 1, false};
  judge(connection, captured.key);
}

void DataConnections::judge(Connection& connection, const net::FlowKey& key) {
  const auto admission = tracker_.admit(key.source, key.destination);
  connection.passes = admission.passes();
  if (connection.passes) {
    connection.far = far_key(tracker_.connection(admission.flow).nat, admission.pinhole, key.source.port);
  }
  auto& reported = report_.data_connections[connection.reported];
  reported.passes = connection.passes;
  reported.reason = admission.reason;
  if (!reported.negotiation) link(connection.reported, admission);
}

void DataConnections::link(std::size_t data_connection, const ReplayTracker::Admission& admission) {
  auto& reported = report_.data_connections[data_connection];
  auto& negotiations = report_.negotiations;
  const auto oldest =
      negotiations.rbegin() + static_cast<std::ptrdiff_t>(std::min(kLookBack, negotiations.size()));
  const auto found = std::find_if(negotiations.rbegin(), oldest, [&](const Report::Negotiation& negotiation) {
    if (negotiation.data_connection) return false;
    if (negotiation.pinhole)
      return admission.flow == negotiation.flow && admission.pinhole == *negotiation.pinhole;
    return negotiation.announced == reported.to;
  });
  if (found == oldest) return;
  found->data_connection = data_connection;
  reported.negotiation = static_cast<std::size_t>(negotiations.rend() - found) - 1;
}

void DataConnections::send(const Captured& captured, const Connection& connection, bool by_opener) {
  if (!outlet_.is_open()) return;
  const auto packet = captured.segment.packet();
  packet_.assign(packet.begin(), packet.end());
  const auto& [source, destination] = connection.far;
  net::readdress(packet_, by_opener ? source : destination, by_opener ? destination : source);
  outlet_.send(captured.place, captured.link_header, packet_, captured.missing);
}

}  // namespace pinhole::pcap
