// What NAT makes of one control connection: its four endpoints. They never change.
//
//   name    meaning                              conntrack
//   client  the client's own address             ORIG src
//   dialed  where the client connected to        ORIG dst
//   server  the server's own address             REPLY src
//   seen    the client as the server sees it     REPLY dst
//
// Without NAT dialed == server and seen == client. At our hook a client's packet bears client -> dialed, a
// server's packet server -> seen.
#pragma once

#include <cstdint>

#include "pinhole/net/address.hpp"
#include "pinhole/net/flow_key.hpp"
#include "pinhole/net/per_side.hpp"

namespace pinhole::alg {

using net::index;
using net::other;
using net::Side;

struct NatView {
  std::uint64_t id = 0;  ///< the tracker's name of the connection (conntrack id; replay: order of appearance)
  net::Endpoint client;
  net::Endpoint dialed;
  net::Endpoint server;
  net::Endpoint seen;

  bool nated() const { return client != seen || dialed != server; }
  net::FlowKey key(Side sender) const {
    return sender == Side::client ? net::FlowKey{client, dialed} : net::FlowKey{server, seen};
  }

  bool operator==(const NatView&) const = default;
};

}  // namespace pinhole::alg
