#include "lab.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace pinhole::test::kernel {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  SocketAddress() = default;
  explicit SocketAddress(const net::Endpoint& endpoint) {
    const auto bytes = endpoint.address.bytes();
    if (endpoint.address.family() == net::Family::v4) {
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      v4.sin_port = htons(endpoint.port);
      std::memcpy(&v4.sin_addr, bytes.data(), bytes.size());
      std::memcpy(&storage, &v4, size = sizeof v4);
    } else {
      sockaddr_in6 v6{};
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(endpoint.port);
      std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
      std::memcpy(&storage, &v6, size = sizeof v6);
    }
  }
  net::Endpoint endpoint() const {
    const auto* raw = reinterpret_cast<const std::uint8_t*>(&storage);
    const auto port = static_cast<net::Port>(raw[2] << 8 | raw[3]);
    if (storage.ss_family == AF_INET) return {net::IpAddress::from_bytes({raw + 4, 4}), port};
    return {net::IpAddress::from_bytes({raw + 8, 16}), port};
  }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

int open_socket(const net::Endpoint& endpoint) {
  const int family = endpoint.address.family() == net::Family::v4 ? AF_INET : AF_INET6;
  const int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "socket");
  const timeval moment{.tv_sec = 3, .tv_usec = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &moment, sizeof moment);
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return descriptor;
}

// All at once: starting programs is what takes the time of these tests, most of all on an emulated machine.
void configure(const Namespace& where, const std::string& lines) {
  where.run("ip -batch - <<END\n" + lines + "END\n");
}

}  // namespace

Tcp Tcp::listening(const Namespace& where, const net::Endpoint& at) {
  return where.in([&] {
    Tcp tcp(open_socket(at));
    SocketAddress address(at);
    if (bind(tcp.descriptor_, address.get(), address.size) != 0 || listen(tcp.descriptor_, 8) != 0) {
      throw std::system_error(errno, std::generic_category(), "listen on " + at.to_string());
    }
    return tcp;
  });
}

Tcp Tcp::connected(const Namespace& where, const net::Endpoint& to, net::Port from_port) {
  return where.in([&] {
    Tcp tcp(open_socket(to));
    if (from_port != 0) {
      SocketAddress from(net::Endpoint{
          *net::IpAddress::parse(to.address.family() == net::Family::v4 ? "0.0.0.0" : "::"), from_port});
      if (bind(tcp.descriptor_, from.get(), from.size) != 0) throw std::runtime_error("bind");
    }
    SocketAddress address(to);
    if (connect(tcp.descriptor_, address.get(), address.size) != 0) return Tcp(-1);
    return tcp;
  });
}

Tcp::~Tcp() {
  if (!ok()) return;
  // At once, whatever was not delivered: a socket that lingers keeps its namespace's devices for minutes.
  const linger abort{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  close(descriptor_);
}

Tcp Tcp::accept() const {
  return Tcp(accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC));
}

net::Endpoint Tcp::local() const {
  SocketAddress address;
  getsockname(descriptor_, address.get(), &address.size);
  return address.endpoint();
}

net::Endpoint Tcp::peer() const {
  SocketAddress address;
  getpeername(descriptor_, address.get(), &address.size);
  return address.endpoint();
}

void Tcp::send(std::string_view text) const {
  if (::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("send");
  }
}

void Tcp::send_now(std::string_view text) const {
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  send(text);
}

std::string Tcp::receive(std::chrono::milliseconds patience) const {
  const timeval moment{.tv_sec = patience.count() / 1000, .tv_usec = patience.count() % 1000 * 1000};
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
  char buffer[4096];
  const auto count = recv(descriptor_, buffer, sizeof buffer, 0);
  return count > 0 ? std::string(buffer, static_cast<std::size_t>(count)) : std::string();
}

Lab::Lab(Nat nat, bool helper) {
  // A router asks for its neighbours in the name of its link-local address, which would be tentative for
  // long.
  for (const auto* where : {&client, &router, &server})
    where->run("echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad");
  configure(router, "link add inside type veth peer name eth0 netns " + client.name() +
                        "\n"
                        "link add outside type veth peer name eth0 netns " +
                        server.name() +
                        "\n"
                        "link set inside up\n"
                        "link set outside up\n"
                        "addr add 10.91.0.1/24 dev inside\n"
                        "addr add fd91::1/64 dev inside nodad\n"
                        "addr add 198.51.100.1/24 dev outside\n"
                        "addr add 2001:db8:91::1/64 dev outside nodad\n");
  router.run(
      "for setting in ipv4/ip_forward ipv6/conf/all/forwarding; do echo 1 >/proc/sys/net/$setting; done");
  configure(client,
            "link set eth0 up\n"
            "addr add 10.91.0.2/24 dev eth0\n"
            "addr add fd91::2/64 dev eth0 nodad\n"
            "route add default via 10.91.0.1\n"
            "route add default via fd91::1\n");
  configure(server,
            "link set eth0 up\n"
            "addr add 198.51.100.2/24 dev eth0\n"
            "addr add 2001:db8:91::2/64 dev eth0 nodad\n"
            "route add default via 198.51.100.1\n"
            "route add default via 2001:db8:91::1\n");
  std::string rules =
      "*filter\n:FORWARD DROP\n-A FORWARD -p tcp --dport 21 -j ACCEPT\n"
      "-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n"
      "-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n";
  if (helper) rules += "*raw\n-A PREROUTING -p tcp --dport 21 -j CT --helper sane\nCOMMIT\n";
  if (nat == Nat::masquerade) rules += "*nat\n-A POSTROUTING -o outside -j MASQUERADE\nCOMMIT\n";
  router.run("iptables-restore -w <<END\n" + rules + "END\nip6tables-restore -w <<END\n" + rules + "END\n");
}

}  // namespace pinhole::test::kernel
