// How much of something each client has. Over IPv6 a client is a network of 64 bits: that is what one gets
// (RFC 6177), and it may use any address in it.
#pragma once

#include <algorithm>
#include <array>
#include <unordered_map>

#include "pinhole/net/address.hpp"

namespace pinhole::alg {

class ClientCounts {
 public:
  std::size_t count(const net::IpAddress& client) const {
    const auto found = counts_.find(network_of(client));
    return found == counts_.end() ? 0 : found->second;
  }
  void add(const net::IpAddress& client) { ++counts_[network_of(client)]; }
  void remove(const net::IpAddress& client) {
    const auto found = counts_.find(network_of(client));
    if (--found->second == 0) counts_.erase(found);
  }

 private:
  static net::Endpoint network_of(const net::IpAddress& client) {
    if (client.family() == net::Family::v4) return {client, 0};
    std::array<std::uint8_t, 16> prefix{};
    std::ranges::copy(client.bytes().first(8), prefix.begin());
    return {net::IpAddress::from_bytes(prefix), 0};
  }
  struct Hash {
    std::size_t operator()(const net::Endpoint& endpoint) const { return net::hash_value(endpoint); }
  };
  std::unordered_map<net::Endpoint, std::size_t, Hash> counts_;  // every port is 0
};

}  // namespace pinhole::alg
