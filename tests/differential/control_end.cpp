#include "differential/control_end.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace pinhole::test {

bool ControlEnd::read_more() {
  pollfd waited{.fd = socket_.descriptor(), .events = POLLIN, .revents = 0};
  if (poll(&waited, 1, static_cast<int>(kSessionPatience.count())) <= 0) return false;
  std::array<char, 4096> buffer{};
  const auto got = recv(waited.fd, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  unread_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
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
    if (!read_more()) return std::exchange(unread_, {});
  }
}

bool ControlEnd::hears_the_end() {
  if (!unread_.empty()) return false;
  pollfd waited{.fd = socket_.descriptor(), .events = POLLIN, .revents = 0};
  char byte = 0;
  return poll(&waited, 1, static_cast<int>(kSessionPatience.count())) > 0 &&
         recv(waited.fd, &byte, 1, 0) == 0;
}

}  // namespace pinhole::test
