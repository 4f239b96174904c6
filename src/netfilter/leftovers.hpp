// Pinholes that a gateway which ran before has left behind.
//
// Nobody answers for them any longer: the reply that would withdraw one, or the end of its session, is no
// pinhole's end once its gateway is gone. They are removed before the first packet is judged.
#pragma once

#include <cstddef>
#include <span>

#include "netfilter/lookout.hpp"
#include "pinhole/net/address.hpp"

namespace pinhole::netfilter {

/// Closes every pinhole of control connections to these ports; answers how many there were.
std::size_t close_leftovers(Lookout& lookout, alg::Tracker& tracker,
                            std::span<const net::Port> control_ports);

}  // namespace pinhole::netfilter
