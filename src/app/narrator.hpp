// Tells the log what the gateway's workers notice: one line per negotiation, with the reason for what became
// of it and, where it was refused, what that means and what to do.
//
// Lines are made of parsed values only, never of text from the wire: nobody can write into the log, and no
// password gets there.
#pragma once

#include <string>

#include "app/log.hpp"
#include "netfilter/listener.hpp"

namespace pinhole::app {

class Narrator final : public netfilter::Listener {
 public:
  explicit Narrator(Log& log) : log_(log) {}

  void report(netfilter::Severity severity, std::string_view line) override;
  void flow_began(const alg::NatView& flow) override;
  void negotiated(const alg::NatView& flow, const alg::Negotiation& negotiation) override;
  void refused(const alg::NatView& flow, const alg::Refusal& refusal) override;
  void pinhole_closed(const alg::NatView& flow, const alg::Pinhole& pinhole, alg::Reason why) override;
  void flow_foreign(const alg::NatView& flow, alg::Reason why) override;
  void flow_ended(const alg::NatView& flow, alg::Reason why) override;

 private:
  Log& log_;
};

/// "192.0.2.1:40000 -> 198.51.100.2:21", and what NAT makes of it.
std::string describe(const alg::NatView& flow);

/// What was negotiated, without the connection's name.
std::string describe(const alg::Negotiation& negotiation);
std::string describe(const alg::Refusal& refusal);

}  // namespace pinhole::app
