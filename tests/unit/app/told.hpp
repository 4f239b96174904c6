// Events with numbers, and what a log has told of them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "app/event_text.hpp"
#include "pinhole/alg/event.hpp"

namespace pinhole::test {

/// `worker` tells whose it is.
inline alg::Event numbered(std::uint64_t number, unsigned worker = 2) {
  alg::Event event{{}, alg::Refused{alg::Reason::bounce, alg::CommandWord("PORT")}};
  event.flow.client.address = *net::IpAddress::parse("10.0.0." + std::to_string(worker));
  event.flow.client.port = static_cast<net::Port>(number);
  return event;
}

/// What a log says of the events numbered(0), numbered(1), ... of one worker: they come in order, whole, and
/// those that are missing are counted where they are missing.
struct Told {
  std::uint64_t lines = 0;
  std::uint64_t lost = 0;         ///< said: the reader was too slow
  std::uint64_t not_written = 0;  ///< said: could not be written

  std::uint64_t all() const { return lines + lost + not_written; }
};

inline Told told_by(const std::string& text) {
  constexpr std::size_t kDate = 32;  // "2026-03-01 12:00:00.123 warning "
  const auto number_before = [](const std::string& line, std::size_t at) {
    return std::stoull(line.substr(line.rfind(' ', at - 1) + 1));
  };
  Told told;
  std::istringstream stream(text);
  bool torn = false;
  for (std::string line; std::getline(stream, line);) {
    const auto next = told.all();
    if (const auto slow = line.find(" lines were lost: the log's reader is too slow"); slow != line.npos) {
      told.lost += number_before(line, slow);
    } else if (const auto full = line.find(" lines could not be written: "); full != line.npos) {
      told.not_written += number_before(line, full);
      torn = false;
    } else if (line.size() > kDate && line.substr(kDate) == app::describe(numbered(next))) {
      EXPECT_FALSE(torn) << "before " << line;
      ++told.lines;
    } else {
      EXPECT_FALSE(torn) << line;
      torn = true;  // what could not be written whole, as is said next
    }
  }
  return told;
}

}  // namespace pinhole::test
