// Whoever wants to know what happens at the kernel's edge: the log today, metrics and a control socket later.
//
// All workers share one listener and call it from their own threads, at once. Nothing it does can change a
// verdict, and it should not block: packets wait meanwhile.
#pragma once

#include <string_view>

#include "pinhole/alg/edge.hpp"
#include "pinhole/alg/nat_view.hpp"
#include "pinhole/alg/pinhole.hpp"
#include "pinhole/alg/reason.hpp"

namespace pinhole::netfilter {

enum class Severity : std::uint8_t { error, warning, info, debug };

class Listener {
 public:
  virtual ~Listener() = default;

  /// One line about the installation or the kernel, not about what peers do.
  virtual void report(Severity severity, std::string_view line) = 0;

  // The gateway's notices, see alg::Edge. References are valid during the call only.
  virtual void flow_began(const alg::NatView& flow) = 0;
  virtual void negotiated(const alg::NatView& flow, const alg::Negotiation& negotiation) = 0;
  virtual void refused(const alg::NatView& flow, const alg::Refusal& refusal) = 0;
  virtual void pinhole_closed(const alg::NatView& flow, const alg::Pinhole& pinhole, alg::Reason why) = 0;
  virtual void flow_foreign(const alg::NatView& flow, alg::Reason why) = 0;
  virtual void flow_ended(const alg::NatView& flow, alg::Reason why) = 0;
};

}  // namespace pinhole::netfilter
