// The log on a disk that is full for a while: nobody waits for it, and what is missing is said.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>

#include "app/event_log.hpp"
#include "app/log.hpp"
#include "support/pipe.hpp"
#include "support/tiny_disk.hpp"
#include "unit/app/told.hpp"

namespace pinhole::test {
namespace {

using app::LogLevel;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

const auto kAtOnce = patiently(std::chrono::milliseconds(1'000));
const auto kEventually = patiently(std::chrono::milliseconds(20'000));

template <class Condition>
bool comes_true(Condition condition) {
  const auto deadline = Clock::now() + kEventually;
  while (!condition()) {
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

/// A descriptor whose writes fail until it leads to a pipe.
class FullForAWhile {
 public:
  FullForAWhile() : descriptor_(open("/dev/full", O_WRONLY | O_CLOEXEC)) {}
  ~FullForAWhile() { close_it(); }
  FullForAWhile(const FullForAWhile&) = delete;
  FullForAWhile& operator=(const FullForAWhile&) = delete;

  int descriptor() const { return descriptor_; }
  void make_room() { dup3(pipe.writer(), descriptor_, O_CLOEXEC); }
  std::string read_all() {
    close_it();
    pipe.close_writer();
    return pipe.read_all();
  }
  Pipe pipe;

 private:
  void close_it() {
    if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
  }
  int descriptor_;
};

TEST(LogOnAFullDisk, StopsNobodyAndSaysWhatIsMissingOnceThereIsRoom) {
  if (const auto obstacle = TinyDisk::obstacle(); !obstacle.empty()) GTEST_SKIP() << obstacle;
  const TinyDisk disk(3 * 4096);
  constexpr std::uint64_t kEvents = 1'000;  // some 90 bytes each
  {
    app::Log log(LogLevel::info, {.descriptor = disk.log(), .last_words = kEventually});
    app::EventLog events(log);
    const auto began = Clock::now();
    for (std::uint64_t i = 0; i < kEvents; ++i) events.notice(numbered(i));
    EXPECT_LT(Clock::now() - began, kAtOnce);
    ASSERT_TRUE(comes_true([&] {
      const auto told = std::ranges::count(disk.log_text(), '\n');
      return log.lost() + static_cast<std::uint64_t>(told) == kEvents;
    }));
    EXPECT_GT(log.lost(), 0u);
    disk.make_room();
    // Nothing else happens.
    EXPECT_TRUE(comes_true([&] { return told_by(disk.log_text()).all() == kEvents; })) << disk.log_text();
    for (std::uint64_t i = kEvents; i < kEvents + 10; ++i) events.notice(numbered(i));
    EXPECT_EQ(told_by(disk.log_text()).not_written, log.lost());
  }
  const auto text = disk.log_text();
  EXPECT_THAT(text, HasSubstr(" lines could not be written: No space left on device\n"));
  EXPECT_EQ(told_by(text).all(), kEvents + 10);
}

TEST(LogOnAFullDisk, WhatWasSaidInVainOfALossIsNotForgotten) {
  FullForAWhile full;
  constexpr std::uint64_t kEvents = 1'000;
  {
    app::Log log(LogLevel::info, {.descriptor = full.descriptor(), .entries = 10, .last_words = kEventually});
    app::EventLog events(log);
    for (std::uint64_t i = 0; i < kEvents; ++i) events.notice(numbered(i));
    EXPECT_TRUE(comes_true([&] { return log.lost() == kEvents; })) << log.lost();
    full.make_room();
    for (std::uint64_t i = kEvents; i < kEvents + 5; ++i) events.notice(numbered(i));
  }
  const auto told = told_by(full.read_all());
  EXPECT_EQ(told.not_written, kEvents);
  EXPECT_EQ(told.lines, 5u);
}

TEST(LogOnAFullDisk, TheEndSaysWhatIsMissing) {
  FullForAWhile full;
  auto log = std::make_unique<app::Log>(
      LogLevel::info, app::Log::Options{.descriptor = full.descriptor(), .last_words = kEventually});
  app::EventLog events(*log);
  events.notice(numbered(0));
  EXPECT_TRUE(comes_true([&] { return log->lost() == 1; }));
  full.make_room();
  log.reset();
  EXPECT_EQ(told_by(full.read_all()).not_written, 1u);
}

}  // namespace
}  // namespace pinhole::test
