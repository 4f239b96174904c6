// The program's log: lines on standard error, from any thread.
//
// It knows levels and nothing of what is logged. Under systemd's journal, which has its own clock and levels,
// lines carry a priority instead of the time.
#pragma once

#include <memory>
#include <string_view>

#include "app/settings.hpp"

namespace pinhole::app {

class Log {
 public:
  explicit Log(LogLevel level);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool wants(LogLevel level) const { return level <= level_; }
  void write(LogLevel level, std::string_view line);

  /// A line that is written whatever the level is.
  void announce(std::string_view line);

 private:
  class Sink;
  std::unique_ptr<Sink> sink_;
  LogLevel level_;
};

}  // namespace pinhole::app
