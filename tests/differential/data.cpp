#include "differential/data.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "property/random.hpp"
#include "support/socket_options.hpp"

namespace pinhole::test {

std::string content_of_file(std::uint64_t seed, std::size_t bytes) {
  Random random(seed);
  std::string content(bytes, ' ');
  for (std::size_t at = 0; at < bytes; at += 8) {
    auto word = random.any();
    for (std::size_t i = at; i < std::min(bytes, at + 8); ++i, word >>= 8) {
      content[i] = static_cast<char>(word & 0xff);
    }
  }
  return content;
}

// FNV-1a
std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return sum;
}

std::string carry(const Socket& from, const Socket& to, std::string_view bytes, Milliseconds limit) {
  std::string arrived;
  arrived.reserve(bytes.size());
  bool sending = true;
  while (true) {
    if (sending) bytes.remove_prefix(send_some(from, bytes));
    if (sending && bytes.empty()) {
      from.end();
      sending = false;
    }
    std::array<pollfd, 2> waited{{{.fd = to.descriptor(), .events = POLLIN, .revents = 0},
                                  {.fd = sending ? from.descriptor() : -1, .events = POLLOUT, .revents = 0}}};
    if (poll(waited.data(), waited.size(), static_cast<int>(limit.count())) <= 0) return arrived;
    if (waited[1].revents & (POLLERR | POLLHUP)) return arrived;
    if (waited[0].revents == 0) continue;
    std::array<char, 65'536> buffer{};
    const auto got = recv(to.descriptor(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return arrived;
    arrived.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace pinhole::test
