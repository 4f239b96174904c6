#include "raw_segments.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace pinhole::test {

int raw_socket_in(const Lab& lab, Role role, net::Family family) {
  return socket_in(lab, role, family == net::Family::v4 ? AF_INET : AF_INET6, SOCK_RAW, IPPROTO_RAW);
}

void send_packet(int raw_socket, std::span<const std::uint8_t> packet, const net::IpAddress& to) {
  const auto bytes = to.bytes();
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  const bool is_v4 = to.family() == net::Family::v4;
  v4.sin_family = AF_INET;
  v6.sin6_family = AF_INET6;
  std::copy(
      bytes.begin(), bytes.end(),
      is_v4 ? reinterpret_cast<std::uint8_t*>(&v4.sin_addr) : reinterpret_cast<std::uint8_t*>(&v6.sin6_addr));
  const auto* address =
      is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
  if (sendto(raw_socket, packet.data(), packet.size(), 0, address, is_v4 ? sizeof v4 : sizeof v6) < 0) {
    throw std::system_error(errno, std::generic_category(), "raw socket");
  }
}

void send_packet(const Lab& lab, Role role, std::span<const std::uint8_t> packet, const net::IpAddress& to) {
  const Socket raw(raw_socket_in(lab, role, to.family()));
  send_packet(raw.descriptor(), packet, to);
}

}  // namespace pinhole::test
