// TCP sockets inside a lab's namespaces, for tests that hold both ends of a connection.
//
// A socket belongs for ever to the namespace in which it was made: the thread enters it only for that moment.
// Every wait is bounded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lab.hpp"
#include "patience.hpp"

namespace pinhole::test {

struct Address {
  std::string host;  ///< IPv4 or IPv6, as text
  std::uint16_t port = 0;

  friend bool operator==(const Address&, const Address&) = default;
};

/// For what must come, however busy the machine is.
inline const Milliseconds kPatience = patiently(Milliseconds{5'000});
/// For what must not come: within a lab an answer takes microseconds.
inline constexpr Milliseconds kImpatience{250};

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  /// Sends all of `bytes`, as one segment of its own unless set_nagle() (socket_options.hpp) says otherwise.
  /// Throws std::system_error.
  void send(std::string_view bytes) const;

  /// The next line without its CRLF; nothing when it does not come in time or the peer has closed.
  std::optional<std::string> line(Milliseconds limit = kPatience);

  /// Says that nothing more will be sent (FIN).
  void end() const;
  /// Breaks the connection off (RST).
  void reset();

  Address local() const;
  Address peer() const;
  int descriptor() const { return fd_; }  ///< stays this socket's

 private:
  int fd_;
  std::string pending_;
};

/// socket(2) in the namespace, not blocking. Throws std::system_error.
int socket_in(const Lab& lab, Role role, int domain, int type, int protocol = 0);

class Listener {
 public:
  /// Port 0 lets the kernel choose. Throws std::system_error.
  /// `receive_buffer`, if given, is that of the sockets it accepts.
  Listener(const Lab& lab, Role role, const Address& at, std::optional<int> receive_buffer = {});
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  Address local() const;
  std::optional<Socket> accept(Milliseconds limit = kPatience) const;

 private:
  int fd_;
};

/// Where a connection begins, if the kernel is not to choose.
struct Origin {
  Address from = {};  ///< no host: any
  std::optional<std::uint32_t> initial_seq = {};
  std::optional<int> receive_buffer = {};
};

/// Connects from the namespace. Nothing when it is refused or nobody answers in time.
std::optional<Socket> dial(const Lab& lab, Role role, const Address& to, Milliseconds limit = kPatience,
                           const Origin& origin = {});

/// Sends the SYN, and waits for nothing. Throws std::system_error.
Socket begin_to_dial(const Lab& lab, Role role, const Address& to);

}  // namespace pinhole::test
