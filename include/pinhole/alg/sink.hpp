// Where packets leave: verdicts, and what is sent back to a packet's sender.
#pragma once

#include <cstdint>
#include <span>

#include "pinhole/alg/reason.hpp"

namespace pinhole::alg {

using PacketId = std::uint64_t;  ///< the edge's own name of a packet (NFQUEUE packet id, frame number)

/// What an edge knows of a packet's entry in conntrack before the tracker is asked.
enum class Entry : std::uint8_t { unsaid, there, none };

struct Verdict {
  enum class Action : std::uint8_t {
    accept,   ///< the packet goes on as it came
    replace,  ///< `packet` goes on in its place
    drop,
  };
  Action action = Action::accept;
  Reason reason = Reason::passed;
  std::span<const std::uint8_t> packet;  ///< only for replace; valid during the call only
};

/// What a packet that is sent back says to its receiver.
enum class Answer : std::uint8_t {
  acknowledgment,  ///< an empty ACK, in the other end's name
  reset,           ///< a RST
};

/// Every packet handed to a Gateway is given here exactly one verdict() or fail(), during that call or, if it
/// is held, later.
class Sink {
 public:
  virtual ~Sink() = default;

  virtual void verdict(PacketId id, const Verdict& verdict) = 0;

  /// The packet could not be judged, because the gateway or the installation failed: it takes the configured
  /// fail mode. True if it goes on unread.
  virtual bool fail(PacketId id, Reason why) = 0;

  /// Sends `packet` straight back to the sender of packet `id`, beside conntrack, before that one's verdict.
  virtual void send_back(PacketId id, Answer answer, std::span<const std::uint8_t> packet) = 0;
};

}  // namespace pinhole::alg
