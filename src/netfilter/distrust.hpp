// Control connections that existed while nobody could hear them.
//
// Where rules are installed and none were before, bytes may have gone by: what an entry says of a beginning
// that was heard is not true any more.
#pragma once

#include <cstddef>
#include <span>

#include "pinhole/net/address.hpp"

namespace pinhole::netfilter {

/// Marks every control connection to these ports as unread, but those that are known to be logged in, to
/// speak TLS or not to be FTP; answers how many there were. Throws std::system_error.
std::size_t distrust(std::span<const net::Port> control_ports);

}  // namespace pinhole::netfilter
