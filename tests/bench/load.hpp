// A run of a workload: clients in one namespace, the server in another, a thread for each.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "tally.hpp"
#include "tcp.hpp"

namespace pinhole::bench {

/// Where a thread runs.
struct Seat {
  int processor = 0;
  bool realtime = false;  ///< ahead of whatever else the machine does (SCHED_FIFO)
};

/// Where a run takes place.
struct Stage {
  /// Files for setns(2); empty: where the caller is.
  std::string client_netns = {}, server_netns = {};
  Endpoint listen = {};               ///< the server's; port 0 lets the kernel choose
  std::optional<Endpoint> dial = {};  ///< what clients connect to; none: where the server listens
  std::optional<Seat> seat = {};      ///< of both threads; none: anywhere
};

/// Nothing that clients do is ended by a clock; but where no event comes for so long, none will.
inline constexpr std::chrono::milliseconds kStalled{60'000};

/// Plays it to the end. Throws std::system_error where the load itself cannot be made; what goes wrong in
/// sessions is counted.
Tally play(const Workload& workload, const Length& length, const Stage& stage,
           std::chrono::milliseconds stalled = kStalled);

/// Seats all threads of a process. Throws std::system_error.
void seat_process(int process, const Seat& seat);

}  // namespace pinhole::bench
