// Two namespaces joined by a tunnel: devices without link addresses (tun0 on either side), and a thread that
// carries packets between them.
#pragma once

#include <array>
#include <thread>

#include "namespaces.hpp"

namespace pinhole::test::kernel {

class TunLink {
 public:
  /// tun0 gets 10.92.0.1 in `one` and 10.92.0.2 in `other`.
  TunLink(const Namespace& one, const Namespace& other);
  ~TunLink();

 private:
  void carry(const std::stop_token& stop) const;

  std::array<int, 2> ends_{};
  std::jthread carrier_;
};

}  // namespace pinhole::test::kernel
