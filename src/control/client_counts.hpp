// How much of something each client has.
#pragma once

#include <unordered_map>

#include "pinhole/net/address.hpp"

namespace pinhole::control {

class ClientCounts {
 public:
  std::size_t count(const net::IpAddress& client) const {
    const auto found = counts_.find({client, 0});
    return found == counts_.end() ? 0 : found->second;
  }
  void add(const net::IpAddress& client) { ++counts_[{client, 0}]; }
  void remove(const net::IpAddress& client) {
    const auto found = counts_.find({client, 0});
    if (--found->second == 0) counts_.erase(found);
  }

 private:
  struct Hash {
    std::size_t operator()(const net::Endpoint& endpoint) const { return net::hash_value(endpoint); }
  };
  std::unordered_map<net::Endpoint, std::size_t, Hash> counts_;  // every port is 0
};

}  // namespace pinhole::control
