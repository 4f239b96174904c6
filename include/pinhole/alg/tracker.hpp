// The gateway's only door to connection tracking. Two implementations: netfilter::CtnetlinkTracker (the
// kernel) and pcap::ReplayTracker (a capture).
//
// Calls are synchronous: when apply() says so, the kernel has confirmed all of the change, so that a verdict
// given afterwards cannot overtake it. What the world does wrong comes back as a value; a broken installation
// (no socket, no privilege) throws std::system_error.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pinhole/alg/labels.hpp"
#include "pinhole/alg/nat_view.hpp"
#include "pinhole/alg/pinhole.hpp"
#include "pinhole/net/flow_key.hpp"
#include "pinhole/stream/seq_shift.hpp"

namespace pinhole::alg {

/// The conntrack helper of a connection.
enum class Helper : std::uint8_t {
  ours,     ///< only with it can the connection have expectations of the gateway's
  another,  ///< which does its own work on the connection's lines
  none,
};

/// A control connection as the tracker knows it now.
struct View {
  NatView nat;
  net::PerSide<stream::SeqShift> shift{};  ///< in force for the bytes of each side
  std::optional<Labels> labels{};          ///< nullopt: its entry has no room for any
  bool opening = false;                    ///< its SYN-ACK has come, and nothing after it
  Helper helper = Helper::ours;
};

/// What is to be done for one connection, all of it or nothing.
struct Change {
  /// Lets exactly this data connection pass, once, until its timeout. A connection has one pinhole at a time:
  /// a new one takes the place of the old.
  std::optional<Pinhole> pinhole{};

  /// How the numbers of `sender`'s bytes are shifted from now on.
  struct Shift {
    Side sender = Side::client;
    stream::SeqShift to;
  };
  std::optional<Shift> shift{};

  /// What the entry says from now on of what was heard. `unread` is never taken off.
  std::optional<Labels> labels{};
};

enum class Applied : std::uint8_t {
  all,
  taken,         ///< nothing: somebody else's pinhole or socket has this tuple; try another port
  cannot_shift,  ///< nothing: it is not NATed, or its sequence-adjust extension is missing
  refused,       ///< nothing, for another reason, which the tracker has reported itself
};

/// An open pinhole as the tracker lists it.
struct Listed {
  net::FlowKey master;  ///< its control connection, client -> dialed
  net::IpAddress from;
  net::Endpoint to;  ///< what the opener dials

  bool operator==(const Listed&) const = default;
};

class Tracker {
 public:
  virtual ~Tracker() = default;

  /// The connection a packet with these endpoints belongs to, in either direction; nullopt if the tracker
  /// knows none.
  virtual std::optional<View> lookup(const net::FlowKey& key) = 0;

  virtual Applied apply(const NatView& flow, const Change& change) = 0;

  /// Withdraws a pinhole; false if it was not there: used, or expired.
  virtual bool close(const NatView& flow, const Pinhole& pinhole) = 0;

  /// The control connection (client -> dialed) whose pinhole let this data connection pass, opener -> what it
  /// dialed; nullopt if there is no such connection. Who is told of none (a capture) need not know any.
  virtual std::optional<net::FlowKey> master_of(const net::FlowKey&) { return std::nullopt; }

  /// Forgets a data connection that this control connection's pinhole let pass: nothing more of it passes.
  /// False if it was not there.
  virtual bool cut(const NatView&, const net::FlowKey&) { return false; }
};

/// Whether the data connection that came through this pinhole is there.
struct TransferQuestion {
  NatView flow;
  Pinhole pinhole;
  bool search = true;  ///< it was not found yet; else it is gone if it is not where it was
};
struct TransferAnswer {
  TransferQuestion question;
  bool there = false;
};

/// What takes the tracker long to tell, since the kernel can only be asked for all it has. It is asked here
/// and answered later, once for each question, by Gateway::answer() in the gateway's own thread; never during
/// the call that asks.
class Surveyor {
 public:
  virtual ~Surveyor() = default;

  /// While the data connection is there, also keeps the entry of its control connection, which may be silent
  /// for long, from timing out.
  virtual void ask(const TransferQuestion& question) = 0;

  /// For every pinhole that is open: of this gateway, of others beside it, of those that ran before.
  virtual void ask_for_pinholes() = 0;
};

}  // namespace pinhole::alg
