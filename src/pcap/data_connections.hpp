// The data connections of a capture: who may pass, and where they lead on the far side.
//
// Every opening SYN between the two hosts of a control connection is taken for one. It passes if it finds its
// pinhole; then its packets are sent on with their addresses changed. Their payload is never looked at.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "pcap/outlet.hpp"
#include "pcap/replay_tracker.hpp"
#include "pcap/report.hpp"

namespace pinhole::pcap {

class DataConnections {
 public:
  /// All three must outlive this object.
  DataConnections(ReplayTracker& tracker, Outlet& outlet, Report& report)
      : tracker_(tracker), outlet_(outlet), report_(report) {}

  /// From now on SYNs between these two are data connections.
  void watch(const net::IpAddress& one, const net::IpAddress& other);
  void unwatch(const net::IpAddress& one, const net::IpAddress& other);

  bool is_known(const net::FlowKey& key) const { return by_key_.contains(key); }

  /// False if the segment is none of a data connection's.
  bool play(const Captured& captured);

 private:
  struct Connection {
    std::size_t reported = 0;  // place in the report
    net::Seq initial;
    bool passes = false;
    net::FlowKey far;  // of the opener's packets
  };
  struct Place {
    std::size_t connection;
    bool by_opener;
  };

  void open(const Captured& captured);
  void judge(Connection& connection, const net::FlowKey& key);
  void link(std::size_t data_connection, const ReplayTracker::Admission& admission);
  void send(const Captured& captured, const Connection& connection, bool by_opener);

  ReplayTracker& tracker_;
  Outlet& outlet_;
  Report& report_;
  std::unordered_set<net::FlowKey, net::FlowKeyHash> hosts_;  // both orders, ports 0
  std::unordered_map<net::FlowKey, Place, net::FlowKeyHash> by_key_;
  std::vector<Connection> connections_;
  std::vector<std::uint8_t> packet_;
};

}  // namespace pinhole::pcap
