// Sends packets of our own making to a neighbour or to a local process, past connection tracking.
//
// To a neighbour: through the device and to the link address that a packet came from; on devices without
// addresses (tun, ppp) through the device. To a local process, whose packet came through the output hook:
// as if it had come in. It reads nothing. Used by one thread.
#pragma once

#include <cstdint>
#include <span>

#include "netfilter/queue_messages.hpp"

namespace pinhole::netfilter {

class Injector {
 public:
  /// Throws std::system_error.
  Injector();
  ~Injector();
  Injector(const Injector&) = delete;
  Injector& operator=(const Injector&) = delete;

  /// Sends an IP packet to where `received` came from. False if the kernel refused; errno says why.
  bool send_back(const QueuedPacket& received, std::span<const std::uint8_t> packet);

 private:
  bool send_link(unsigned device, const LinkAddress& to, std::span<const std::uint8_t> packet);
  bool send_local(std::span<const std::uint8_t> packet);

  int link_ = -1;
  int local_v4_ = -1;
  int local_v6_ = -1;
};

}  // namespace pinhole::netfilter
