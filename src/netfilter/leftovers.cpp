#include "netfilter/leftovers.hpp"

#include <algorithm>

namespace pinhole::netfilter {

std::size_t close_leftovers(Lookout& lookout, alg::Tracker& tracker,
                            std::span<const net::Port> control_ports) {
  std::size_t count = 0;
  for (const auto& listed : lookout.list()) {
    if (std::ranges::find(control_ports, listed.master.destination.port) == control_ports.end()) continue;
    alg::NatView flow;
    flow.client = listed.master.source;
    flow.dialed = listed.master.destination;
    alg::Pinhole pinhole;
    pinhole.from = listed.from;
    pinhole.to = pinhole.forward_to = listed.to;
    if (tracker.close(flow, pinhole)) ++count;
  }
  return count;
}

}  // namespace pinhole::netfilter
