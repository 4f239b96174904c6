// A pipe whose reader is the test: it reads when it likes, or goes away.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include "support/patience.hpp"

namespace pinhole::test {

class Pipe {
 public:
  /// As small as the kernel makes them, a page, so that it is full soon.
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    fcntl(writer(), F_SETPIPE_SZ, 4096);
  }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }
  void close_writer() { close_end(ends_[1]); }
  void close_reader() { close_end(ends_[0]); }

  /// Bytes that nobody has read.
  int waiting() const {
    int bytes = 0;
    ioctl(ends_[0], FIONREAD, &bytes);
    return bytes;
  }

  /// Reads until `text` has come, the writers are gone or `limit` is over; returns what came.
  std::string read_until(std::string_view text,
                         std::chrono::milliseconds limit = std::chrono::seconds(5)) const {
    const auto deadline = std::chrono::steady_clock::now() + patiently(limit);
    std::string all;
    while (text.empty() || all.find(text) == std::string::npos) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      pollfd ready{ends_[0], POLLIN, 0};
      if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) break;
      std::array<char, 4096> bytes;
      const auto got = read(ends_[0], bytes.data(), bytes.size());
      if (got <= 0) break;
      all.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return all;
  }
  /// All of it, once the writers are gone.
  std::string read_all() const { return read_until(""); }

 private:
  static void close_end(int& end) {
    if (end >= 0) close(std::exchange(end, -1));
  }

  std::array<int, 2> ends_{-1, -1};
};

}  // namespace pinhole::test
