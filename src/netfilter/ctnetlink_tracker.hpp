// The kernel's connection tracking, asked and told through ctnetlink.
//
// Every answer comes from the kernel, so that a restarted gateway goes on where the old one stopped. Only
// where data connections were last seen is remembered, because to search for one is a walk through the whole
// table. Used by one thread; every worker has its own. Connections in a conntrack zone are not found.
#pragma once

#include <unordered_map>

#include "netfilter/ctnetlink_messages.hpp"
#include "netfilter/listener.hpp"
#include "netfilter/local_sockets.hpp"
#include "netfilter/mnl_socket.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::netfilter {

class CtnetlinkTracker final : public alg::Tracker {
 public:
  /// `listener` hears why the kernel refused. Throws std::system_error.
  explicit CtnetlinkTracker(Listener& listener);

  std::optional<alg::NatView> lookup(const net::FlowKey& key) override;
  alg::Opened open(const alg::NatView& flow, const alg::Pinhole& pinhole) override;
  void close(const alg::NatView& flow, const alg::Pinhole& pinhole) override;
  std::vector<alg::Listed> list() override;
  bool keep_alive(const alg::NatView& flow, const alg::Pinhole& pinhole, bool search) override;
  bool shift(const alg::NatView& flow, alg::Side sender, const stream::SeqShift& shift) override;

 private:
  int create(const Expectation& expectation);
  bool remove_own(const Expectation& expectation);
  bool transfers(const Expectation& expectation, bool anew);
  bool is_there(const net::FlowKey& data, const net::FlowKey& master);
  std::optional<net::FlowKey> search(const Expectation& expectation);
  void report_refusal(const alg::NatView& flow, const alg::Pinhole& pinhole, int error);

  Listener& listener_;
  MnlSocket socket_;
  LocalSockets local_sockets_;
  /// Data connections by their expectations' tuples, of which any is forgotten when there are too many.
  std::unordered_map<net::FlowKey, net::FlowKey, net::FlowKeyHash> seen_;
};

}  // namespace pinhole::netfilter
