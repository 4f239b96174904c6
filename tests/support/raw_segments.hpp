// Single segments that a lab's host sends as they are, whatever its kernel thinks of them.
#pragma once

#include <cstdint>
#include <span>

#include "lab_socket.hpp"
#include "segments.hpp"

namespace pinhole::test {

/// A raw socket in the namespace, for send_packet(). The caller closes it.
int raw_socket_in(const Lab& lab, Role role, net::Family family);

/// A whole packet, IP header first. Throws std::system_error.
void send_packet(int raw_socket, std::span<const std::uint8_t> packet, const net::IpAddress& to);

/// One packet from the namespace.
void send_packet(const Lab& lab, Role role, std::span<const std::uint8_t> packet, const net::IpAddress& to);

}  // namespace pinhole::test
