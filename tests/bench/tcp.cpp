#include "tcp.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstring>

namespace pinhole::bench {
namespace {

constexpr int kBacklog = 4096;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
  sockaddr_in& v4() { return reinterpret_cast<sockaddr_in&>(storage); }
  sockaddr_in6& v6() { return reinterpret_cast<sockaddr_in6&>(storage); }
};

SocketAddress to_socket_address(const Endpoint& endpoint) {
  SocketAddress result;
  const auto bytes = endpoint.address.bytes();
  if (endpoint.address.family() == net::Family::v4) {
    result.v4().sin_family = AF_INET;
    result.v4().sin_port = htons(endpoint.port);
    std::memcpy(&result.v4().sin_addr, bytes.data(), bytes.size());
    result.size = sizeof(sockaddr_in);
  } else {
    result.v6().sin6_family = AF_INET6;
    result.v6().sin6_port = htons(endpoint.port);
    std::memcpy(&result.v6().sin6_addr, bytes.data(), bytes.size());
    result.size = sizeof(sockaddr_in6);
  }
  return result;
}

Endpoint to_endpoint(SocketAddress& address) {
  const bool v4 = address.storage.ss_family == AF_INET;
  const void* bytes = v4 ? static_cast<const void*>(&address.v4().sin_addr) : &address.v6().sin6_addr;
  return {net::IpAddress::from_bytes({static_cast<const std::uint8_t*>(bytes), v4 ? 4u : 16u}),
          ntohs(v4 ? address.v4().sin_port : address.v6().sin6_port)};
}

Descriptor make_socket(const SocketAddress& address) {
  Descriptor result(
      checked(socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket"));
  set_nagle(result, false);
  return result;
}

}  // namespace

Descriptor listen_at(const Endpoint& at) {
  auto address = to_socket_address(at);
  Descriptor result = make_socket(address);
  const int on = 1;
  setsockopt(result.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  checked(bind(result.get(), address.raw(), address.size), "bind");
  checked(listen(result.get(), kBacklog), "listen");
  return result;
}

Descriptor accept_from(const Descriptor& listener) {
  Descriptor result(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (result) set_nagle(result, false);
  return result;
}

Descriptor connect_to(const Endpoint& to) {
  auto address = to_socket_address(to);
  Descriptor result = make_socket(address);
  if (connect(result.get(), address.raw(), address.size) < 0 && errno != EINPROGRESS) {
    throw std::system_error(errno, std::generic_category(), "connect");
  }
  return result;
}

int connection_error(const Descriptor& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

Endpoint local_of(const Descriptor& socket) {
  SocketAddress address;
  checked(getsockname(socket.get(), address.raw(), &address.size), "getsockname");
  return to_endpoint(address);
}

void set_nagle(const Descriptor& socket, bool on) {
  const int off = on ? 0 : 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &off, sizeof off);
}

}  // namespace pinhole::bench
