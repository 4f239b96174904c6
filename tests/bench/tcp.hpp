// TCP sockets that never block, by value.
#pragma once

#include <optional>

#include "descriptor.hpp"
#include "pinhole/net/address.hpp"

namespace pinhole::bench {

using net::Endpoint;

/// Port 0 lets the kernel choose. Throws std::system_error.
Descriptor listen_at(const Endpoint& at);

/// Nothing when no connection waits.
Descriptor accept_from(const Descriptor& listener);

/// The connection is there when the socket can be written to; connection_error() tells whether it is.
/// Throws std::system_error where it cannot even begin.
Descriptor connect_to(const Endpoint& to);
int connection_error(const Descriptor& socket);  ///< errno, 0 for none

Endpoint local_of(const Descriptor& socket);

/// Whether small segments wait for the acknowledgment of what went before. They do not unless told to.
void set_nagle(const Descriptor& socket, bool on);

}  // namespace pinhole::bench
