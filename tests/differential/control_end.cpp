#include "differential/control_end.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <utility>

#include "support/socket_options.hpp"

namespace pinhole::test::differential {
namespace {

// A text byte by byte: the kernel charges each segment some kilobyte.
constexpr int kSendBuffer = 4 << 20;

}  // namespace

ControlEnd::ControlEnd(Socket socket, Cut cut, std::uint64_t seed)
    : socket_(std::move(socket)), cut_(cut), random_(seed) {
  set_send_buffer(socket_, kSendBuffer);
}

bool ControlEnd::read_more(Milliseconds limit) {
  pollfd waited{.fd = socket_.descriptor(), .events = POLLIN, .revents = 0};
  if (poll(&waited, 1, static_cast<int>(limit.count())) <= 0) return false;
  std::array<char, 4096> buffer{};
  const auto got = recv(waited.fd, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  unread_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

void ControlEnd::read_now() {
  while (read_more(Milliseconds{0})) {
  }
  acknowledge_at_once(socket_);
}

std::string ControlEnd::hear() {
  std::size_t searched = 0;
  while (true) {
    if (const auto end = unread_.find('\n', searched); end != unread_.npos) {
      auto line = unread_.substr(0, end + 1);
      unread_.erase(0, end + 1);
      return line;
    }
    searched = unread_.size();
    if (!read_more(kSessionPatience)) return std::exchange(unread_, {});
  }
}

bool ControlEnd::hears_the_end() {
  if (!unread_.empty()) return false;
  pollfd waited{.fd = socket_.descriptor(), .events = POLLIN, .revents = 0};
  char byte = 0;
  return poll(&waited, 1, static_cast<int>(kSessionPatience.count())) > 0 &&
         recv(waited.fd, &byte, 1, 0) == 0;
}

}  // namespace pinhole::test::differential
