// What is measured: the table of workloads, each a row of the report.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pinhole::bench {

/// What a client does, one after the other. `open` is the connection that follows 227 and 229 by itself.
enum class Command : std::uint8_t {
  connect,
  user,
  pass,
  noop,
  port,
  eprt,
  pasv,
  epsv,
  open,
  retr,
  stor,
  quit
};
inline constexpr std::size_t kCommands = 12;
std::string_view to_string(Command command);

enum class Figure : std::uint8_t {
  microseconds,          ///< median time of the timed command
  sessions_per_second,   ///< whole sessions, from connection to the 221
  megabytes_per_second,  ///< of contents
};
std::string_view unit(Figure figure);

struct Workload {
  std::string_view name;
  std::string_view what;  ///< for the report's legend
  std::vector<Command> body;
  Figure figure = Figure::microseconds;
  Command timed = Command::noop;   ///< with Figure::microseconds
  bool whole_sessions = false;     ///< a session for each body; else one session repeats it
  unsigned clients = 1;            ///< at a time
  std::uint64_t transfer = 2'000;  ///< bytes of each
  std::size_t piece = 0;           ///< bytes of PORT in one write; 0: all
  bool nagle = false;              ///< on the client's control connection
  bool kernel_can = true;          ///< nf_conntrack_ftp reads no line that comes in two segments
};

std::span<const Workload> workloads();

/// What may stand between client and server, in the report's order; variant.hpp says what they are.
std::span<const std::string_view> variants();

/// How much of it makes a run: until both have passed.
struct Length {
  std::chrono::duration<double> time{0};
  unsigned bodies = 1;   ///< of each client, at least
  unsigned warm_up = 0;  ///< bodies of each session whose times do not count
};

}  // namespace pinhole::bench
