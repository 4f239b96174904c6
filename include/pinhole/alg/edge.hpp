// What the gateway says to the edge that feeds it packets: verdicts, and what it noticed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "pinhole/alg/nat_view.hpp"
#include "pinhole/alg/pinhole.hpp"
#include "pinhole/alg/reason.hpp"
#include "pinhole/ftp/data_endpoint.hpp"
#include "pinhole/net/address.hpp"

namespace pinhole::alg {

using PacketId = std::uint64_t;  ///< the edge's own name of a packet (NFQUEUE packet id, frame number)

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

using ftp::Form;
using ftp::is_active;
using ftp::to_string;

enum class Decision : std::uint8_t {
  open,    ///< a pinhole was opened
  refuse,  ///< none was, and the peers were told (masked command, 425 reply)
  ignore,  ///< none was, and the line went on as it was
};
const char* to_string(Decision decision);

/// One PORT, EPRT, 227 or 229 and what became of it.
struct Negotiation {
  Form form = Form::port;
  std::optional<net::Endpoint> announced;  ///< nullopt if the line holds no endpoint
  std::optional<net::Endpoint> rewritten;  ///< what the other side reads, if the text was changed
  Decision decision = Decision::ignore;
  Reason reason = Reason::passed;
  std::optional<Pinhole> pinhole;  ///< if decision is open
  PacketId packet = 0;             ///< the packet that completed the line
  bool observed = false;           ///< it is refused in the report only: the line went on as it came
};

/// A line or a session that the policy refuses, for another cause than its endpoint.
struct Refusal {
  Reason reason = Reason::passed;
  std::string_view verb;  ///< of the command, as it was written; empty if it is about no command
  PacketId packet = 0;
  bool observed = false;  ///< refused in the report only
};

/// Notices of the gateway. References are valid during the call only.
class Edge {
 public:
  virtual ~Edge() = default;

  /// Exactly once for every packet handed in, perhaps later than the call that handed it in.
  virtual void verdict(PacketId id, const Verdict& verdict) = 0;

  /// Sends `packet`, an empty ACK or a RST, straight back to the sender of packet `id` (the one now being
  /// handled), beside conntrack.
  virtual void send_back(PacketId id, std::span<const std::uint8_t> packet) = 0;

  virtual void flow_began(const NatView& flow) = 0;
  virtual void negotiated(const NatView& flow, const Negotiation& negotiation) = 0;
  virtual void refused(const NatView& flow, const Refusal& refusal) = 0;
  /// A pinhole was withdrawn before it was known to be used.
  virtual void pinhole_closed(const NatView& flow, const Pinhole& pinhole, Reason why) = 0;
  /// The session will never (again) get a pinhole: not FTP, seen from its middle.
  virtual void flow_foreign(const NatView& flow, Reason why) = 0;
  virtual void flow_ended(const NatView& flow, Reason why) = 0;
};

}  // namespace pinhole::alg
