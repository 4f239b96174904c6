// Two workers that log at once, as two queues do: one log, one observer of events.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <sstream>
#include <thread>

#include "app/event_log.hpp"
#include "app/log.hpp"
#include "support/pipe.hpp"
#include "unit/app/told.hpp"

namespace pinhole::test {
namespace {

constexpr std::size_t kWorkers = 2;
constexpr std::uint64_t kOfEach = 20'000;
constexpr std::uint64_t kAhead = 4;      // so close are they that they are in the log at the same time
constexpr std::size_t kBeforeText = 32;  // date, time and level

/// What two workers' log says: all of it, once both have said everything.
std::string said_by_two(std::size_t entries) {
  Pipe pipe;
  std::string text;
  std::thread reader([&] { text = pipe.read_until("", std::chrono::seconds(60)); });
  {
    app::Log log(app::LogLevel::info,
                 {.descriptor = pipe.writer(), .entries = entries, .last_words = std::chrono::seconds(60)});
    app::EventLog events(log);
    std::array<std::atomic<std::uint64_t>, kWorkers> said{};
    std::array<std::jthread, kWorkers> workers;
    for (unsigned worker = 0; worker < kWorkers; ++worker) {
      workers.at(worker) = std::jthread([&, worker] {
        const auto& of_the_other = said.at(1 - worker);
        for (std::uint64_t i = 0; i < kOfEach; said.at(worker) = ++i) {
          while (i > of_the_other + kAhead) std::this_thread::yield();
          events.notice(numbered(i, worker));
        }
      });
    }
  }
  pipe.close_writer();
  reader.join();
  return text;
}

/// Every line is one of the two workers', whole, and each worker's come in order. How many were said or
/// counted as lost.
std::uint64_t check_lines(const std::string& text, bool with_gaps) {
  std::array<std::uint64_t, kWorkers> next{};
  std::uint64_t lines = 0, lost = 0;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    const auto said = std::string_view(line).substr(std::min(line.size(), kBeforeText));
    if (with_gaps && said.ends_with(" lines were lost: the log's reader is too slow")) {
      lost += std::stoull(std::string(said));
      continue;
    }
    constexpr std::string_view kWho = "10.0.0.";
    const auto who = said.starts_with(kWho) ? static_cast<std::size_t>(said[kWho.size()] - '0') : kWorkers;
    if (who >= kWorkers) {
      ADD_FAILURE() << "not a line of anybody: " << line;
      return 0;
    }
    const auto number = std::stoull(std::string(said.substr(kWho.size() + 2)));
    EXPECT_EQ(said, app::describe(numbered(number, static_cast<unsigned>(who))));
    if (number < next.at(who) || (number > next.at(who) && !with_gaps)) {
      ADD_FAILURE() << "after " << next.at(who) << " of worker " << who << ": " << line;
      return 0;
    }
    next.at(who) = number + 1;
    ++lines;
  }
  return lines + lost;
}

TEST(LogOfTwoWorkers, HasWholeLinesAndEachOnesInOrder) {
  EXPECT_EQ(check_lines(said_by_two(kWorkers * kOfEach), false), kWorkers * kOfEach);
}

TEST(LogOfTwoWorkers, AndCountsWhatEitherLost) {
  const auto text = said_by_two(100);
  EXPECT_NE(text.find(" lines were lost"), std::string::npos);
  EXPECT_EQ(check_lines(text, true), kWorkers * kOfEach);
}

}  // namespace
}  // namespace pinhole::test
