// One thread's epoll: whoever watches a descriptor is called when it is ready.
//
// No locks, no timers, no thread per connection. A watcher may forget itself or any other from within a call.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>

#include "descriptor.hpp"

namespace pinhole::bench {

class Watcher {
 public:
  Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  virtual ~Watcher() = default;

  /// `events` as epoll_wait(2) gives them.
  virtual void ready(std::uint32_t events) = 0;
};

class EventLoop {
 public:
  /// Throws std::system_error.
  EventLoop();

  /// Level-triggered. Throws std::system_error.
  void watch(int descriptor, std::uint32_t events, Watcher& watcher);

  /// Before the descriptor is closed: what this turn still had for the watcher is not delivered.
  void forget(int descriptor, const Watcher& watcher);

  /// Waits for events and delivers them. False when none came for so long.
  bool turn(std::chrono::milliseconds patience);

 private:
  void control(int operation, int descriptor, std::uint32_t events, Watcher* watcher);

  Descriptor epoll_;
  std::array<epoll_event, 64> events_{};
  std::size_t next_ = 0, count_ = 0;  // of events_, what is not delivered yet
};

}  // namespace pinhole::bench
