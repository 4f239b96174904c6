// Policy applied to one negotiation: may its data connection pass, and how must the line read?
//
// A pure function of what was heard, what NAT does and what the operator allows. It opens nothing.
#pragma once

#include <optional>

#include "pinhole/alg/event.hpp"
#include "pinhole/alg/nat_view.hpp"
#include "pinhole/alg/policy.hpp"
#include "pinhole/ftp/session.hpp"

namespace pinhole::control {

using alg::Decision;
using alg::NatView;
using alg::Pinhole;
using alg::Policy;
using alg::Reason;

struct Judgement {
  Decision decision = Decision::ignore;
  Reason reason = Reason::negotiated;
  std::optional<net::Endpoint> announced;
  Pinhole pinhole;         ///< if decision is open
  bool readdress = false;  ///< the line must name pinhole.to instead of what it says
};

/// A data connection to it would look like a control connection that needs no inspection.
bool is_control_port(net::Port port, const alg::Policy& policy);

/// `heard` is an offer or an answer.
Judgement judge(const ftp::Heard& heard, const NatView& view, const Policy& policy);

}  // namespace pinhole::control
