// The program's log: lines on standard error, from any thread, written by a thread of the log's own.
//
// Nobody waits for a reader who is slow or has stopped. What does not fit into the queue is counted and said
// where it is missing; what is still there at the end is written, unless the reader takes too long even then.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string_view>
#include <thread>

#include "app/settings.hpp"
#include "pinhole/alg/event.hpp"

namespace pinhole::app {

class Log {
 public:
  struct Options {
    int descriptor = STDERR_FILENO;
    std::size_t entries = 4096;                 ///< what waits for the reader, at most: about a megabyte
    std::chrono::milliseconds last_words{500};  ///< what the end may take
  };

  explicit Log(LogLevel level) : Log(level, {}) {}
  Log(LogLevel level, Options options);

  /// Returns after `last_words` at most, whatever the reader does.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool wants(LogLevel level) const { return level <= level_; }
  void write(LogLevel level, const alg::Event& event);
  void write(LogLevel level, std::string_view line);

  /// A line that is written whatever the level is.
  void announce(std::string_view line);

  /// How many lines were lost so far, because the reader was too slow or writing failed.
  std::uint64_t lost() const;

 private:
  struct Shared;  // with the thread, which may have to be left behind

  static void write_entries(Shared& shared);

  LogLevel level_;
  std::chrono::milliseconds last_words_;
  std::shared_ptr<Shared> shared_;
  std::future<void> ended_;
  std::thread thread_;
};

}  // namespace pinhole::app
