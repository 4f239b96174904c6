#include "netfilter/injector.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace pinhole::netfilter {
namespace {

bool is_v4(std::span<const std::uint8_t> packet) {
  return packet[0] >> 4 == 4;
}

}  // namespace

// Protocol 0: nothing is received.
Injector::Injector() : link_(socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  if (link_ < 0) throw std::system_error(errno, std::generic_category(), "packet socket");
  // IPPROTO_RAW: the packet brings its own IP header. IPv6 may be switched off.
  local_v4_ = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
  local_v6_ = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
}

Injector::~Injector() {
  for (const int descriptor : {link_, local_v4_, local_v6_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

bool Injector::send_back(const QueuedPacket& received, std::span<const std::uint8_t> packet) {
  if (received.in_device == 0) return send_local(packet);
  return send_link(received.in_device, received.sender, packet);
}

bool Injector::send_link(unsigned device, const LinkAddress& to, std::span<const std::uint8_t> packet) {
  sockaddr_ll target{};
  target.sll_family = AF_PACKET;
  target.sll_protocol = htons(is_v4(packet) ? ETH_P_IP : ETH_P_IPV6);
  target.sll_ifindex = static_cast<int>(device);
  target.sll_halen = to.length;
  std::copy(to.bytes.begin(), to.bytes.end(), target.sll_addr);
  return sendto(link_, packet.data(), packet.size(), MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&target),
                sizeof target) >= 0;
}

bool Injector::send_local(std::span<const std::uint8_t> packet) {
  if (is_v4(packet)) {
    sockaddr_in target{};
    target.sin_family = AF_INET;
    std::memcpy(&target.sin_addr, packet.data() + 16, sizeof target.sin_addr);
    return sendto(local_v4_, packet.data(), packet.size(), MSG_DONTWAIT,
                  reinterpret_cast<const sockaddr*>(&target), sizeof target) >= 0;
  }
  sockaddr_in6 target{};
  target.sin6_family = AF_INET6;
  std::memcpy(&target.sin6_addr, packet.data() + 24, sizeof target.sin6_addr);
  return sendto(local_v6_, packet.data(), packet.size(), MSG_DONTWAIT,
                reinterpret_cast<const sockaddr*>(&target), sizeof target) >= 0;
}

}  // namespace pinhole::netfilter
