// Bytes that went by unheard: while the rules were away, or while the kernel's queue was full and let packets
// pass. The session must not wait for them, and must not be trusted with more than its entry says.
//
// What proves it is TCP: the receiver acknowledges them, or the sender repeats what lies behind them, again
// and again, and nothing from before (RFC 6298 section 5: it repeats from the first byte that was not
// acknowledged).
#pragma once

#include <optional>

#include "control/arrival.hpp"
#include "pinhole/net/seq.hpp"

namespace pinhole::control {

struct Session;

/// What comes behind the gap that one side has left.
class GapWatch {
 public:
  /// A packet with payload or FIN that begins at `seq` has come, and from `heard` on there is a gap before
  /// it. How often it has come in vain: again, and nothing older with it.
  unsigned in_vain(net::Seq heard, net::Seq seq, Time now);
  /// Something from before the gap is repeated.
  void reset() { first_.reset(); }

 private:
  net::Seq heard_;
  std::optional<net::Seq> first_;  // behind the gap, of all that came
  unsigned repetitions_ = 0;       // of the packet that begins there
  Time last_{};
};

/// Where the peer's stream goes on if this packet acknowledges bytes of it that were never heard; nullopt if
/// it does not, or if the packet itself lies too far off to be believed.
std::optional<net::Seq> missed_by_acknowledgment(const Session& session, const Arrival& arrival);

/// Whether what is missing before a packet, which is behind a gap, most likely went by unheard. If it comes
/// after all it passes unheard then, unless commands are filtered. `lapse`: bytes of the peer went by.
bool is_missing_for_good(Session& session, const Arrival& arrival, bool lapse);

/// The bytes of `sender` before `begin` went by unheard. `arrived`: the receiver has them.
void miss(Session& session, Side sender, net::Seq begin, bool arrived);

/// The client says something from before what the session took for its beginning, by what the server
/// acknowledged: it was not the beginning, and the client is not logged in yet. A keep-alive's byte is none.
bool is_from_before(const Session& session, const Arrival& arrival);

}  // namespace pinhole::control
