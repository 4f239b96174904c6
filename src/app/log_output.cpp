#include "app/log_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <ctime>
#include <system_error>

namespace pinhole::app {
namespace {

using Time = std::chrono::system_clock::time_point;

struct Level {
  const char* name;
  const char* priority;  // sd-daemon(3)
};

const Level& named(LogLevel level) {
  static constexpr std::array<Level, 4> kLevels{
      {{"error", "<3>"}, {"warning", "<4>"}, {"info", "<6>"}, {"debug", "<7>"}}};
  return kLevels[static_cast<std::size_t>(level)];
}

/// "2026-03-01 12:00:00.123 warning ", as wide for each level, in local time
std::string dated(Time time, LogLevel level) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time - seconds).count();
  const std::time_t clock = std::chrono::system_clock::to_time_t(seconds);
  std::tm local{};
  localtime_r(&clock, &local);
  std::array<char, 64> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local);
  std::snprintf(text.data() + length, text.size() - length, ".%03d %-7s ", static_cast<int>(millis),
                named(level).name);
  return text.data();
}

}  // namespace

std::string LogOutput::line(Time time, LogLevel level, std::string_view text) const {
  std::string line = style_ == Style::journal ? named(level).priority : dated(time, level);
  line.append(text).push_back('\n');
  return line;
}

void LogOutput::add(Time time, LogLevel level, std::string_view text) {
  gather(time, level, text, 1, 1);
}

void LogOutput::add_lost(Time time, std::uint64_t count) {
  gather(time, LogLevel::warning, std::to_string(count) + " lines were lost: the log's reader is too slow", 0,
         count);
}

void LogOutput::gather(Time time, LogLevel level, std::string_view text, std::uint64_t own,
                       std::uint64_t missing) {
  const auto next = line(time, level, text);
  if (gathered_.size() + next.size() > PIPE_BUF) flush();
  gathered_.append(next);
  lines_.push_back({gathered_.size(), time, own, missing});
}

void LogOutput::flush() {
  const auto written = say_what_failed() ? write_all(gathered_) : 0;
  for (const auto& line : lines_) {
    if (line.end <= written) continue;
    if (not_said_ == 0) since_ = line.time;
    failed_ += line.own;
    not_said_ += line.missing;
  }
  gathered_.clear();
  lines_.clear();
}

/// False if that could not be written either.
bool LogOutput::say_what_failed() {
  if (not_said_ == 0) return true;
  const auto text =
      std::to_string(not_said_) + " lines could not be written: " + std::generic_category().message(error_);
  auto warning = line(since_, LogLevel::warning, text);
  if (torn_) warning.insert(warning.begin(), '\n');
  if (write_all(warning) < warning.size()) return false;
  not_said_ = 0;
  return true;
}

std::size_t LogOutput::write_all(std::string_view text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto written = write(descriptor_, text.data() + done, text.size() - done);
    if (written > 0) {
      done += static_cast<std::size_t>(written);
      torn_ = text[done - 1] != '\n';
    } else if (written < 0 && errno == EAGAIN) {  // somebody who shares it has made it so
      pollfd ready{descriptor_, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      error_ = written == 0 ? EIO : errno;
      break;
    }
  }
  return done;
}

}  // namespace pinhole::app
