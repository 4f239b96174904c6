// The gateway's only door to connection tracking. Two implementations: netfilter::CtnetlinkTracker (the
// kernel) and pcap::ReplayTracker (a capture).
//
// Calls are synchronous: when open() or shift() returns success, the kernel has confirmed it, so that a
// verdict given afterwards cannot overtake it. What the world does wrong comes back as a value; a broken
// installation (no socket, no privilege) throws std::system_error.
#pragma once

#include <optional>
#include <vector>

#include "pinhole/alg/nat_view.hpp"
#include "pinhole/alg/pinhole.hpp"
#include "pinhole/alg/side.hpp"
#include "pinhole/net/flow_key.hpp"
#include "pinhole/stream/seq_shift.hpp"

namespace pinhole::alg {

enum class Opened : std::uint8_t {
  yes,
  taken,   ///< somebody else's pinhole or connection has this tuple: try another port
  failed,  ///< the tracker refused for another reason, which it has reported itself
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

  /// The connection a packet with these endpoints belongs to, in either direction, with the sequence shift
  /// in force; nullopt if the tracker knows none.
  virtual std::optional<NatView> lookup(const net::FlowKey& key) = 0;

  /// Lets exactly this data connection pass, once, until its timeout. A connection has one pinhole at a
  /// time: a new one takes the place of the old.
  virtual Opened open(const NatView& flow, const Pinhole& pinhole) = 0;

  /// Withdraws a pinhole; it is no error if it was used or has expired.
  virtual void close(const NatView& flow, const Pinhole& pinhole) = 0;

  /// Every pinhole that is open: of this gateway, of others beside it, and of those that ran before.
  virtual std::vector<Listed> list() = 0;

  /// While the data connection that came through `pinhole` is there, keeps the entry of its control
  /// connection, which may be silent for long, from timing out. False if there is no such data connection.
  /// `search`: it was not found yet. To search is dear, as the kernel can only be asked for all it has.
  virtual bool keep_alive(const NatView& flow, const Pinhole& pinhole, bool search) = 0;

  /// Sets how the numbers of `sender`'s bytes are shifted from now on. False if the connection cannot be
  /// shifted (it is not NATed, or its sequence-adjust extension is missing).
  virtual bool shift(const NatView& flow, Side sender, const stream::SeqShift& shift) = 0;
};

}  // namespace pinhole::alg
