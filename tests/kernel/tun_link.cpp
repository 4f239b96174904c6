#include "tun_link.hpp"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace pinhole::test::kernel {
namespace {

int open_tun(const Namespace& where) {
  return where.in([] {
    const int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    ifreq request{};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    std::strcpy(request.ifr_name, "tun0");
    if (tun < 0 || ioctl(tun, TUNSETIFF, &request) < 0) {
      throw std::system_error(errno, std::generic_category(), "tun");
    }
    return tun;
  });
}

}  // namespace

TunLink::TunLink(const Namespace& one, const Namespace& other) : ends_{open_tun(one), open_tun(other)} {
  one.run("ip addr add 10.92.0.1/24 dev tun0; ip link set tun0 up");
  other.run("ip addr add 10.92.0.2/24 dev tun0; ip link set tun0 up");
  carrier_ = std::jthread([this](const std::stop_token& stop) { carry(stop); });
}

TunLink::~TunLink() {
  carrier_.request_stop();
  carrier_.join();
  for (const int end : ends_) close(end);
}

void TunLink::carry(const std::stop_token& stop) const {
  std::array<pollfd, 2> waiting{{{ends_[0], POLLIN, 0}, {ends_[1], POLLIN, 0}}};
  std::array<char, 65536> packet;
  while (!stop.stop_requested()) {
    poll(waiting.data(), waiting.size(), 50);
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if ((waiting[i].revents & POLLIN) == 0) continue;
      const auto size = read(ends_[i], packet.data(), packet.size());
      if (size > 0) static_cast<void>(!write(ends_[1 - i], packet.data(), static_cast<std::size_t>(size)));
    }
  }
}

}  // namespace pinhole::test::kernel
