#include "workload.hpp"

#include <array>

namespace pinhole::bench {

std::string_view to_string(Command command) {
  static constexpr std::array<std::string_view, kCommands> kNames{
      "connect", "USER", "PASS", "NOOP", "PORT", "EPRT", "PASV", "EPSV", "open", "RETR", "STOR", "QUIT"};
  return kNames.at(static_cast<std::size_t>(command));
}

std::string_view unit(Figure figure) {
  switch (figure) {
    case Figure::microseconds:
      return "us";
    case Figure::sessions_per_second:
      return "/s";
    case Figure::megabytes_per_second:
      return "MB/s";
  }
  return "";
}

std::span<const Workload> workloads() {
  using enum Command;
  using enum Figure;
  // Downloads and uploads in turn, so that both ends' bytes are checked.
  static const std::vector<Workload> table{
      {.name = "noop", .what = "round trip of NOOP", .body = {noop}},
      {.name = "port", .what = "round trip of PORT", .body = {port, retr, port, stor}, .timed = port},
      {.name = "eprt", .what = "round trip of EPRT", .body = {eprt, retr, eprt, stor}, .timed = eprt},
      {.name = "pasv", .what = "round trip of PASV", .body = {pasv, retr, pasv, stor}, .timed = pasv},
      {.name = "epsv", .what = "round trip of EPSV", .body = {epsv, retr, epsv, stor}, .timed = epsv},
      {.name = "halves",
       .what = "PORT in two segments",
       .body = {port, retr, port, stor},
       .timed = port,
       .piece = 12,
       .kernel_can = false},
      {.name = "halves-n",
       .what = "the same with Nagle's algorithm",
       .body = {port, retr, port, stor},
       .timed = port,
       .piece = 12,
       .nagle = true,
       .kernel_can = false},
      {.name = "bytes",
       .what = "PORT byte by byte",
       .body = {port, retr, port, stor},
       .timed = port,
       .piece = 1,
       .kernel_can = false},
      {.name = "bytes-n",
       .what = "the same with Nagle's algorithm",
       .body = {port, retr, port, stor},
       .timed = port,
       .piece = 1,
       .nagle = true,
       .kernel_can = false},
      {.name = "session",
       .what = "whole sessions: login, PASV, RETR, QUIT",
       .body = {pasv, retr},
       .figure = sessions_per_second,
       .whole_sessions = true},
      {.name = "crowd",
       .what = "the same, 32 clients at a time",
       .body = {pasv, retr},
       .figure = sessions_per_second,
       .whole_sessions = true,
       .clients = 32},
      {.name = "bulk",
       .what = "downloads of 64 MB",
       .body = {pasv, retr},
       .figure = megabytes_per_second,
       .transfer = 64'000'000},
  };
  return table;
}

std::span<const std::string_view> variants() {
  static constexpr std::array<std::string_view, 4> kNames{"none", "kernel", "floor", "pinhole"};
  return kNames;
}

}  // namespace pinhole::bench
