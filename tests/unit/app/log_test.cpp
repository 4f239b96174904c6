// The log while its reader reads, while it does not, and when it is gone.

#include "app/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "app/event_log.hpp"
#include "support/pipe.hpp"
#include "unit/app/told.hpp"

namespace pinhole::test {
namespace {

using app::LogLevel;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using Clock = std::chrono::steady_clock;

const auto kSoon = patiently(std::chrono::milliseconds(1'000));
const auto kPatiently = patiently(std::chrono::milliseconds(20'000));
constexpr std::uint64_t kMany = 20'000;

TEST(Log, LevelsDecideWhatIsWritten) {
  Pipe pipe;
  {
    app::Log log(LogLevel::warning, {.descriptor = pipe.writer(), .last_words = kPatiently});
    app::EventLog events(log);
    events.notice({{}, alg::Began{}});
    events.report(netfilter::Severity::info, "not told");
    events.notice(numbered(7));
    events.report(netfilter::Severity::error, "the kernel refused");
    log.write(LogLevel::debug, "not told");
    log.announce("ready");
  }
  pipe.close_writer();
  const auto text = pipe.read_all();
  EXPECT_EQ(std::ranges::count(text, '\n'), 3);
  EXPECT_THAT(text, HasSubstr("10.0.0.2:7 -> 0.0.0.0:0: PORT: refuse, bounce"));
  EXPECT_THAT(text, HasSubstr(" error   the kernel refused\n"));
  EXPECT_THAT(text, EndsWith(" info    ready\n"));
  EXPECT_THAT(text, Not(HasSubstr("not told")));
}

TEST(Log, NobodyWaitsForAReaderWhoHasStopped) {
  Pipe pipe;
  std::string text;
  std::thread reader;
  std::uint64_t lost = 0;
  {
    app::Log log(LogLevel::info, {.descriptor = pipe.writer(), .last_words = kPatiently});
    app::EventLog events(log);
    const auto began = Clock::now();
    for (std::uint64_t i = 0; i < kMany; ++i) events.notice(numbered(i));
    EXPECT_LT(Clock::now() - began, kSoon);
    lost = log.lost();
    reader = std::thread([&] { text = pipe.read_all(); });
  }
  pipe.close_writer();
  reader.join();
  EXPECT_GT(lost, 0u);
  const auto told = told_by(text);
  EXPECT_EQ(told.lost, lost);
  EXPECT_EQ(told.lines + told.lost, kMany);
}

TEST(Log, WhatWasLostIsSaidAlthoughNothingElseHappens) {
  Pipe pipe;
  app::Log log(LogLevel::info, {.descriptor = pipe.writer(), .entries = 10, .last_words = kPatiently});
  app::EventLog events(log);
  for (std::uint64_t i = 0; i < 1'000; ++i) events.notice(numbered(i));
  // It may be said more than once, as there is room again in between.
  std::string text;
  auto told = told_by(text);
  const auto deadline = Clock::now() + kPatiently;
  while (told.lines + told.lost < 1'000 && Clock::now() < deadline) {
    text += pipe.read_until("\n");
    if (text.ends_with('\n')) told = told_by(text);
  }
  EXPECT_GT(told.lost, 0u);
  EXPECT_EQ(told.lost, log.lost());
  EXPECT_EQ(told.lines + told.lost, 1'000u);
}

TEST(Log, ItsEndWaitsForAReaderWhoReads) {
  Pipe pipe;
  std::string text;
  std::thread reader([&] { text = pipe.read_all(); });
  {
    app::Log log(LogLevel::info, {.descriptor = pipe.writer(), .entries = 1'000, .last_words = kPatiently});
    app::EventLog events(log);
    for (std::uint64_t i = 0; i < 1'000; ++i) events.notice(numbered(i));
  }
  pipe.close_writer();
  reader.join();
  EXPECT_EQ(told_by(text).lines, 1'000u);
}

TEST(Log, ItsEndDoesNotWaitForOneWhoHasStopped) {
  Pipe pipe;
  const int descriptor =
      dup(pipe.writer());  // left open, as standard error is: a thread stays that writes there
  auto log = std::make_unique<app::Log>(LogLevel::info, app::Log::Options{.descriptor = descriptor});
  app::EventLog events(*log);
  for (std::uint64_t i = 0; i < kMany; ++i) events.notice(numbered(i));
  const auto began = Clock::now();
  log.reset();
  EXPECT_LT(Clock::now() - began, kSoon);
  EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(450)) << "the reader got no time";
}

TEST(Log, AReaderWhoIsGoneIsCountedAndEndsNothing) {
  Pipe pipe;
  pipe.close_reader();
  app::Log log(LogLevel::info, {.descriptor = pipe.writer(), .last_words = kPatiently});
  app::EventLog events(log);
  for (std::uint64_t i = 0; i < 100; ++i) events.notice(numbered(i));
  const auto deadline = Clock::now() + kPatiently;
  while (log.lost() < 100 && Clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(log.lost(), 100u);
}

}  // namespace
}  // namespace pinhole::test
