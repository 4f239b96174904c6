// One permitted data connection.
//
//            opener   from        to             forward_to
//   active   server   server.ip   seen.ip:p'     client.ip:p
//   passive  client   client.ip   dialed.ip:p'   server.ip:p
//   FXP      server   server.ip   third host:p   third host:p
//
// The source port is always free: servers need not use port 20. p' is p unless another pinhole holds it.
#pragma once

#include <chrono>

#include "pinhole/alg/nat_view.hpp"
#include "pinhole/net/address.hpp"

namespace pinhole::alg {

struct Pinhole {
  Side opener = Side::client;
  net::IpAddress from;
  net::Endpoint to;          ///< what the opener dials
  net::Endpoint forward_to;  ///< where that leads; equal to `to` without NAT
  std::chrono::seconds timeout{300};

  bool operator==(const Pinhole&) const = default;
};

}  // namespace pinhole::alg
