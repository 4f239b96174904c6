// The Lookout that asks the kernel. It remembers where data connections were last seen, since to search for
// one is a walk through the whole table. Used by one thread.
#pragma once

#include <unordered_map>

#include "netfilter/ctnetlink_messages.hpp"
#include "netfilter/lookout.hpp"
#include "netfilter/mnl_socket.hpp"

namespace pinhole::netfilter {

class CtnetlinkLookout final : public Lookout {
 public:
  /// Its sockets are of the calling thread's network namespace. Throws std::system_error.
  CtnetlinkLookout() = default;

  std::optional<bool> recall(const alg::TransferQuestion& question) override;
  bool search(const alg::TransferQuestion& question) override;
  std::vector<alg::Listed> list() override;

 private:
  bool is_there(const net::FlowKey& data, const net::FlowKey& master);
  void prolong(const net::FlowKey& control);

  MnlSocket socket_;
  /// Data connections by their expectations' tuples, of which any is forgotten when there are too many.
  std::unordered_map<net::FlowKey, net::FlowKey, net::FlowKeyHash> seen_;
};

}  // namespace pinhole::netfilter
