#include "socket_options.hpp"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <system_error>
#include <thread>

namespace pinhole::test {
namespace {

using Clock = std::chrono::steady_clock;

void set(const Socket& socket, int level, int option, int value) {
  if (setsockopt(socket.descriptor(), level, option, &value, sizeof value) != 0) {
    throw std::system_error(errno, std::generic_category(), "setsockopt");
  }
}

int asked(const Socket& socket, unsigned long question) {
  int answer = -1;
  ioctl(socket.descriptor(), question, &answer);
  return answer;
}

tcp_info info_of(const Socket& socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  getsockopt(socket.descriptor(), IPPROTO_TCP, TCP_INFO, &info, &size);
  return info;
}

bool comes_true(const std::function<bool()>& condition, Milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (!condition()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::microseconds{50});
  }
  return true;
}

}  // namespace

void set_nagle(const Socket& socket, bool on) {
  set(socket, IPPROTO_TCP, TCP_NODELAY, on ? 0 : 1);
}

void set_send_buffer(const Socket& socket, int bytes) {
  set(socket, SOL_SOCKET, SO_SNDBUFFORCE, bytes);
}

void acknowledge_at_once(const Socket& socket) {
  set(socket, IPPROTO_TCP, TCP_QUICKACK, 1);
}

void set_keep_alive(const Socket& socket) {
  for (const int option : {TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT}) set(socket, IPPROTO_TCP, option, 1);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
}

void set_urgent_inline(const Socket& socket) {
  set(socket, SOL_SOCKET, SO_OOBINLINE, 1);
}

void send_urgent(const Socket& socket, std::string_view bytes) {
  const auto sent = send(socket.descriptor(), bytes.data(), bytes.size(), MSG_OOB | MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(bytes.size())) {
    throw std::system_error(errno, std::generic_category(), "send");
  }
}

bool at_urgent_mark(const Socket& socket, Milliseconds limit) {
  return comes_true([&] { return asked(socket, SIOCATMARK) == 1; }, limit);
}

bool all_acknowledged(const Socket& socket, Milliseconds limit) {
  return comes_true([&] { return asked(socket, SIOCOUTQ) == 0; }, limit);
}

unsigned data_segments_sent(const Socket& socket) {
  return info_of(socket).tcpi_data_segs_out;
}

unsigned segments_that_fit(const Socket& socket) {
  const auto info = info_of(socket);
  return info.tcpi_snd_cwnd > info.tcpi_unacked ? info.tcpi_snd_cwnd - info.tcpi_unacked : 0;
}

bool ended(const Socket& socket, Milliseconds limit) {
  pollfd waited{.fd = socket.descriptor(), .events = POLLIN, .revents = 0};
  char byte = 0;
  return poll(&waited, 1, static_cast<int>(limit.count())) > 0 && recv(waited.fd, &byte, 1, MSG_PEEK) == 0;
}

bool broken(const Socket& socket, Milliseconds limit) {
  pollfd waited{.fd = socket.descriptor(), .events = 0, .revents = 0};
  return poll(&waited, 1, static_cast<int>(limit.count())) > 0 && (waited.revents & POLLERR) != 0;
}

std::size_t send_some(const Socket& socket, std::string_view bytes) {
  const auto sent = send(socket.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

std::string read_bytes(const Socket& socket, std::size_t size, Milliseconds limit) {
  std::string bytes;
  pollfd waited{.fd = socket.descriptor(), .events = POLLIN, .revents = 0};
  while (bytes.size() < size && poll(&waited, 1, static_cast<int>(limit.count())) > 0) {
    std::array<char, 4096> buffer{};
    const auto got =
        recv(socket.descriptor(), buffer.data(), std::min(buffer.size(), size - bytes.size()), 0);
    if (got <= 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return bytes;
}

}  // namespace pinhole::test
