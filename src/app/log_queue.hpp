// What is to be logged, on its way from the threads where it happened to the one that writes it.
//
// It is bounded and never waits for room: what does not fit is counted, and a Lost stands in the queue where
// it would have stood. An event is copied into its place; only a line is allocated, before the lock is taken.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/settings.hpp"
#include "pinhole/alg/event.hpp"

namespace pinhole::app {

/// Entries that did not fit.
struct Lost {
  std::uint64_t count = 0;
};

struct LogEntry {
  std::chrono::system_clock::time_point time;  ///< when it happened; of a Lost: when the first was lost
  LogLevel level = LogLevel::info;
  std::variant<Lost, std::string, alg::Event> what;
};

class LogQueue {
 public:
  /// Room for `entries`, at least one, and a Lost.
  explicit LogQueue(std::size_t entries) : ring_(entries + 1) {}

  /// From any thread. Nothing comes in after close().
  void put(LogLevel level, const alg::Event& event);
  void put(LogLevel level, std::string line);

  /// Waits until there is an entry. False when there is none and the queue is closed.
  bool wait();
  /// The same, but no longer than `patience`: true then, too.
  bool wait_for(std::chrono::milliseconds patience);
  /// The oldest entry, if there is one.
  std::optional<LogEntry> take_now();

  /// What is in it may still be taken.
  void close();
  /// What is in it may not.
  void close_and_forget();

  /// How many entries did not fit, ever.
  std::uint64_t lost() const;

 private:
  template <class What>
  void put_any(LogLevel level, What&& what);
  template <class What>
  bool place(LogLevel level, What&& what);
  LogEntry& at(std::size_t index) { return ring_[(first_ + index) % ring_.size()]; }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LogEntry> ring_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::uint64_t lost_ = 0;
  bool closed_ = false;
};

}  // namespace pinhole::app
