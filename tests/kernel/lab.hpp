// client -- router -- server, each in its own namespace; the router only lets related connections pass.
//
//   client 10.91.0.2, fd91::2 -- 10.91.0.1, fd91::1 router 198.51.100.1, 2001:db8:91::1
//                                          -- server 198.51.100.2, 2001:db8:91::2
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "namespaces.hpp"
#include "pinhole/net/address.hpp"

namespace pinhole::test::kernel {

inline net::Endpoint endpoint(const char* address, net::Port port) {
  return {*net::IpAddress::parse(address), port};
}

/// A TCP socket that closes itself and waits no longer than a moment for anything.
class Tcp {
 public:
  static Tcp listening(const Namespace& where, const net::Endpoint& at);
  /// not ok() if nobody answered
  static Tcp connected(const Namespace& where, const net::Endpoint& to, net::Port from_port = 0);
  Tcp(Tcp&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Tcp& operator=(Tcp&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Tcp();

  bool ok() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  Tcp accept() const;  ///< not ok() if nobody came
  net::Endpoint local() const;
  net::Endpoint peer() const;
  void send(std::string_view text) const;
  void send_now(std::string_view text) const;  ///< as a segment of its own, without Nagle's algorithm
  /// What comes first; empty if nothing comes.
  std::string receive(std::chrono::milliseconds patience = std::chrono::seconds(3)) const;

 private:
  explicit Tcp(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

enum class Nat { none, masquerade };

struct Lab {
  explicit Lab(Nat nat = Nat::masquerade, bool helper = true);

  Namespace client{"client"};
  Namespace router{"router"};
  Namespace server{"server"};
};

}  // namespace pinhole::test::kernel
