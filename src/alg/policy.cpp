#include "pinhole/alg/policy.hpp"

#include <algorithm>

namespace pinhole::alg {

Policies::Policies(Policy general, const std::vector<std::pair<net::Network, Policy>>& by_server)
    : Policies(std::move(general)) {
  for (const auto& [network, policy] : by_server) {
    by_server_.emplace_back(network, std::make_shared<const Policy>(policy));
  }
  std::ranges::stable_sort(by_server_, std::ranges::greater(),
                           [](const auto& entry) { return entry.first.length(); });
}

const std::shared_ptr<const Policy>& Policies::of(const NatView& flow) const {
  const auto found = std::ranges::find_if(by_server_, [&flow](const auto& entry) {
    return entry.first.contains(flow.server.address) || entry.first.contains(flow.dialed.address);
  });
  return found == by_server_.end() ? general_ : found->second;
}

std::vector<std::shared_ptr<const Policy>> Policies::that_may_hold(const net::FlowKey& packet) const {
  std::vector policies{general_};
  for (const auto& [network, policy] : by_server_) {
    if (network.contains(packet.source.address) || network.contains(packet.destination.address))
      return {policy};
    policies.push_back(policy);
  }
  return policies;
}

}  // namespace pinhole::alg
