// Lines on a descriptor that other processes may share, whatever is behind it: pipe, terminal, file, socket.
//
// Writing waits as long as the reader lets it: only the log's own thread may call it. What cannot be written
// (the reader is gone, the disk is full) is counted, and said as soon as something can be.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.hpp"

namespace pinhole::app {

class LogOutput {
 public:
  enum class Style : std::uint8_t {
    dated,    ///< time, level, text
    journal,  ///< "<6>text": systemd's journal has its own clock and levels
  };

  LogOutput(int descriptor, Style style) : descriptor_(descriptor), style_(style) {}

  /// Lines are gathered, as many as a pipe takes in one piece: so they do not mix with other writers'.
  void add(std::chrono::system_clock::time_point time, LogLevel level, std::string_view text);
  /// Says that `count` lines were lost before they came here.
  void add_lost(std::chrono::system_clock::time_point time, std::uint64_t count);
  /// Writes them, and first what is to be said of those that could not be written.
  void flush();

  /// Lines are missing, and nobody was told yet.
  bool owes_word() const { return not_said_ > 0; }

  /// How many lines could not be written, ever. From any thread.
  std::uint64_t failed() const { return failed_; }

 private:
  using Time = std::chrono::system_clock::time_point;

  /// A line that is to be written.
  struct Gathered {
    std::size_t end = 0;  // in gathered_
    Time time;
    std::uint64_t own = 0;      // 1, or 0 if it only tells of others
    std::uint64_t missing = 0;  // how many nobody hears of without it
  };

  void gather(Time time, LogLevel level, std::string_view text, std::uint64_t own, std::uint64_t missing);
  std::string line(Time time, LogLevel level, std::string_view text) const;
  bool say_what_failed();
  /// How much of the text was written; error_ says why that is not all of it.
  std::size_t write_all(std::string_view text);

  const int descriptor_;
  const Style style_;
  std::string gathered_;
  std::vector<Gathered> lines_;
  std::atomic<std::uint64_t> failed_ = 0;
  std::uint64_t not_said_ = 0;  // lines that are missing, these or lost before
  Time since_;                  // of the first of these
  int error_ = 0;               // why the last of them was not written
  bool torn_ = false;           // what was written last is no whole line
};

}  // namespace pinhole::app
