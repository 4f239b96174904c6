// Connection tracking as the kernel would do it, played for a capture.
//
// It knows the control connections of the capture, what NAT makes of them, the pinholes open at the
// capture's own time, and the sequence shift of each direction. It refuses what the kernel refuses: a second
// pinhole with the same tuple, a shift of a connection without NAT. It never touches the machine's own
// tables.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "pcap/nat_rules.hpp"
#include "pinhole/alg/reason.hpp"
#include "pinhole/alg/time.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::pcap {

class ReplayTracker final : public alg::Tracker {
 public:
  ReplayTracker(NatRules rules, std::vector<net::Port> control_ports);

  /// The capture's time from now on.
  void advance(alg::Time now) { now_ = now; }

  bool is_control_port(net::Port port) const;

  /// A control connection from `client` to `server` as captured, begun with its handshake (`fresh`) or found
  /// in its middle. Takes the place of an earlier one with the same endpoints. The reference holds for ever.
  const alg::NatView& begin(const net::Endpoint& client, const net::Endpoint& server, bool fresh = true);

  /// The same connection, as a capture of both sides of NAT shows it. A translation that the rules say stays.
  const alg::NatView& translate(std::uint64_t id, const alg::NatView& shown);

  /// The capture lacks bytes of the connection; from here on it is another one to the gateway, whose entry
  /// says that it stands at `state`. Its pinhole stays: see keep_pinholes().
  void begin_again(std::uint64_t id, alg::Labels::State state);
  /// Whether close() leaves pinholes as they are.
  void keep_pinholes(bool keep) { keeps_pinholes_ = keep; }
  /// The id that begin() gave, of a view with one that begin_again() gave.
  static std::uint64_t id_of(const alg::NatView& view) { return view.id & 0xffff'ffff; }

  std::size_t connection_count() const { return connections_.size(); }
  const alg::View& connection(std::uint64_t id) const { return connections_[id].view; }

  /// What becomes of a data connection.
  struct Admission {
    alg::Reason reason = alg::Reason::not_negotiated;  ///< negotiated: it passes
    std::uint64_t flow = 0;                            ///< whose pinhole it was, unless not_negotiated
    alg::Pinhole pinhole;

    bool passes() const { return reason == alg::Reason::negotiated; }
  };
  /// A SYN from `source` to `destination` as captured, that is, where its pinhole leads. Uses the pinhole.
  Admission admit(const net::Endpoint& source, const net::Endpoint& destination);

  /// Whether there ever was a pinhole from `source` that leads to `destination`.
  bool has_led_to(const net::IpAddress& source, const net::Endpoint& destination) const;

  std::optional<alg::View> lookup(const net::FlowKey& key) override;
  alg::Applied apply(const alg::NatView& flow, const alg::Change& change) override;
  bool close(const alg::NatView& flow, const alg::Pinhole& pinhole) override;

  std::vector<alg::Listed> list() const;
  /// Whether the data connection is there. Captures tell no end of one that could be relied upon: one that
  /// was let in stays.
  bool transfers(const alg::TransferQuestion& question) const;

 private:
  enum class State : std::uint8_t { open, used, withdrawn };  // and expired, by the clock
  struct Entry {
    std::uint64_t flow;
    alg::Pinhole pinhole;
    alg::Time deadline;
    State state = State::open;
  };
  struct Connection {
    alg::View view;
    std::optional<std::size_t> entry;  // its one pinhole
  };
  using Entries = std::unordered_map<net::FlowKey, std::vector<std::size_t>, net::FlowKeyHash>;

  bool is_open(const Entry& entry) const { return entry.state == State::open && now_ <= entry.deadline; }
  alg::Reason reason_of(const Entry& entry) const;
  bool is_taken(const alg::NatView& flow, const alg::Pinhole& pinhole) const;
  void withdraw(Connection& connection);

  NatRules rules_;
  std::vector<net::Port> control_ports_;
  alg::Time now_{};
  bool keeps_pinholes_ = false;
  std::deque<Connection> connections_;  // by id
  std::unordered_map<net::FlowKey, std::uint64_t, net::FlowKeyHash> by_key_;
  std::vector<Entry> entries_;  // every pinhole there ever was: the replay explains what came too late
  Entries by_tuple_;            // from:0 -> to
  Entries by_goal_;             // from:0 -> forward_to
};

}  // namespace pinhole::pcap
