#include "lab_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "netns_visit.hpp"

namespace pinhole::test {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
  sockaddr_in& v4() { return reinterpret_cast<sockaddr_in&>(storage); }
  sockaddr_in6& v6() { return reinterpret_cast<sockaddr_in6&>(storage); }
};

SocketAddress socket_address(const Address& address) {
  SocketAddress result;
  if (inet_pton(AF_INET, address.host.c_str(), &result.v4().sin_addr) == 1) {
    result.v4().sin_family = AF_INET;
    result.v4().sin_port = htons(address.port);
    result.size = sizeof(sockaddr_in);
  } else if (inet_pton(AF_INET6, address.host.c_str(), &result.v6().sin6_addr) == 1) {
    result.v6().sin6_family = AF_INET6;
    result.v6().sin6_port = htons(address.port);
    result.size = sizeof(sockaddr_in6);
  } else {
    throw std::invalid_argument("not an address: " + address.host);
  }
  return result;
}

Address from(SocketAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.storage.ss_family == AF_INET) {
    inet_ntop(AF_INET, &address.v4().sin_addr, text.data(), text.size());
    return {text.data(), ntohs(address.v4().sin_port)};
  }
  inet_ntop(AF_INET6, &address.v6().sin6_addr, text.data(), text.size());
  return {text.data(), ntohs(address.v6().sin6_port)};
}

Address local_of(int fd) {
  SocketAddress address;
  if (getsockname(fd, address.raw(), &address.size) != 0) fail("getsockname");
  return from(address);
}

bool ready(int fd, short events, Milliseconds limit) {
  pollfd waited{.fd = fd, .events = events, .revents = 0};
  return poll(&waited, 1, static_cast<int>(limit.count())) > 0;
}

// Before the handshake: the window's scale depends on it.
void set_receive_buffer(int fd, int bytes) {
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

// What TCP_REPAIR sets on a closed socket, connect() keeps.
void begin_at(int fd, std::uint32_t initial_seq) {
  const int on = TCP_REPAIR_ON, off = TCP_REPAIR_OFF_NO_WP, queue = TCP_SEND_QUEUE;
  if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on) != 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof queue) != 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &initial_seq, sizeof initial_seq) != 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof off) != 0) {
    fail("TCP_REPAIR");
  }
}

void send_at_once(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

int socket_in(const Lab& lab, Role role, int domain, int type, int protocol) {
  const NetnsVisit visit(lab.netns_file(role));
  const int fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) fail("socket");
  return fd;
}

Socket::Socket(Socket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), pending_(std::move(other.pending_)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(pending_, other.pending_);
  return *this;
}

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

void Socket::send(std::string_view bytes) const {
  if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
    fail("send");
  }
}

std::optional<std::string> Socket::line(Milliseconds limit) {
  while (true) {
    if (const auto end = pending_.find("\r\n"); end != std::string::npos) {
      auto result = pending_.substr(0, end);
      pending_.erase(0, end + 2);
      return result;
    }
    std::array<char, 4096> buffer{};
    if (!ready(fd_, POLLIN, limit)) return std::nullopt;
    const auto got = recv(fd_, buffer.data(), buffer.size(), 0);
    if (got <= 0) return std::nullopt;
    pending_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void Socket::end() const {
  shutdown(fd_, SHUT_WR);
}

void Socket::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(std::exchange(fd_, -1));
}

Address Socket::local() const {
  return local_of(fd_);
}

Address Socket::peer() const {
  SocketAddress address;
  if (getpeername(fd_, address.raw(), &address.size) != 0) fail("getpeername");
  return from(address);
}

Listener::Listener(const Lab& lab, Role role, const Address& at, std::optional<int> receive_buffer)
    : fd_(-1) {
  auto address = socket_address(at);
  fd_ = socket_in(lab, role, address.storage.ss_family, SOCK_STREAM);
  const int on = 1;
  setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (receive_buffer) set_receive_buffer(fd_, *receive_buffer);
  if (bind(fd_, address.raw(), address.size) != 0 || listen(fd_, 128) != 0) {
    close(fd_);
    fail("listen");
  }
}

Listener::~Listener() {
  close(fd_);
}

Address Listener::local() const {
  return local_of(fd_);
}

std::optional<Socket> Listener::accept(Milliseconds limit) const {
  if (!ready(fd_, POLLIN, limit)) return std::nullopt;
  const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return std::nullopt;
  send_at_once(fd);
  return Socket(fd);
}

Socket begin_to_dial(const Lab& lab, Role role, const Address& to) {
  auto address = socket_address(to);
  const int fd = socket_in(lab, role, address.storage.ss_family, SOCK_STREAM);
  Socket socket(fd);
  if (connect(fd, address.raw(), address.size) != 0 && errno != EINPROGRESS) fail("connect");
  return socket;
}

std::optional<Socket> dial(const Lab& lab, Role role, const Address& to, Milliseconds limit,
                           const Origin& origin) {
  auto address = socket_address(to);
  const int fd = socket_in(lab, role, address.storage.ss_family, SOCK_STREAM);
  Socket socket(fd);
  send_at_once(fd);
  if (!origin.from.host.empty()) {
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    auto source = socket_address(origin.from);
    if (bind(fd, source.raw(), source.size) != 0) fail("bind");
  }
  if (origin.receive_buffer) set_receive_buffer(fd, *origin.receive_buffer);
  if (origin.initial_seq) begin_at(fd, *origin.initial_seq);
  if (connect(fd, address.raw(), address.size) == 0) return socket;
  if (errno != EINPROGRESS || !ready(fd, POLLOUT, limit)) return std::nullopt;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return std::nullopt;
  return socket;
}

}  // namespace pinhole::test
