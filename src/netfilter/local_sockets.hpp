// Asks the kernel (sock_diag) whether this machine itself has a TCP socket that a packet would reach.
//
// A kernel that cannot answer (no inet_diag) is asked once, and counts as one without sockets. Used by one
// thread, in the network namespace in which it was made.
#pragma once

#include "netfilter/message.hpp"
#include "netfilter/mnl_socket.hpp"
#include "pinhole/net/flow_key.hpp"

namespace pinhole::netfilter {

/// Asks for the socket, listening or connected, that gets what is sent from `packet.source` to
/// `packet.destination`. Answer: a message with data, or ENOENT.
Message socket_get(const net::FlowKey& packet);

class LocalSockets {
 public:
  /// Throws std::system_error.
  LocalSockets();

  /// Whoever listens on every address counts for every destination, be it this machine's or not.
  bool has_one_for(const net::FlowKey& packet);

 private:
  bool kernel_answers();

  MnlSocket socket_;
  bool answers_;
};

}  // namespace pinhole::netfilter
