// A peer that blocks, for tests that play the other side of the load generator by hand.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <string>
#include <string_view>
#include <utility>

#include "tcp.hpp"

namespace pinhole::bench {

inline Endpoint loopback(net::Port port = 0) {
  return {*net::IpAddress::parse("127.0.0.1"), port};
}

class BlockingPeer {
 public:
  /// The next connection that `listener` gets; waits for it.
  static BlockingPeer accepted(const Descriptor& listener) {
    make_blocking(listener);
    return BlockingPeer(accept_from(listener));
  }
  static BlockingPeer connected(const Endpoint& to) { return BlockingPeer(connect_to(to)); }

  void send(std::string_view bytes) const {
    checked(static_cast<int>(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL)), "send");
  }
  /// Empty when the other side has closed.
  std::string line() {
    std::string result;
    for (char c = 0; recv(socket_.get(), &c, 1, 0) == 1 && c != '\n';) result += c;
    if (!result.empty()) result.pop_back();
    return result;
  }

 private:
  explicit BlockingPeer(Descriptor socket) : socket_(std::move(socket)) { make_blocking(socket_); }

  static void make_blocking(const Descriptor& socket) {
    checked(fcntl(socket.get(), F_SETFL, 0), "fcntl");
    pollfd ready{socket.get(), POLLOUT | POLLIN, 0};
    poll(&ready, 1, -1);  // until a connect() that has begun is through
  }

  Descriptor socket_;
};

}  // namespace pinhole::bench
