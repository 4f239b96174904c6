// The log's queue: its bound, its order, and what it says about entries that did not fit.

#include "app/log_queue.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

namespace pinhole::test {
namespace {

/// "a", "event", or "2 lost"; empty if there was nothing.
std::string text_of(const std::optional<app::LogEntry>& entry) {
  if (!entry) return "";
  if (const auto* lost = std::get_if<app::Lost>(&entry->what)) return std::to_string(lost->count) + " lost";
  const auto* line = std::get_if<std::string>(&entry->what);
  return line != nullptr ? *line : "event";
}

std::vector<std::string> rest_of(app::LogQueue& queue) {
  std::vector<std::string> texts;
  while (const auto entry = queue.take_now()) texts.push_back(text_of(entry));
  return texts;
}

void put(app::LogQueue& queue, std::initializer_list<const char*> lines) {
  for (const auto* line : lines) queue.put(app::LogLevel::info, line);
}

using Texts = std::vector<std::string>;

TEST(LogQueue, KeepsTheOrder) {
  app::LogQueue queue(3);
  put(queue, {"a"});
  queue.put(app::LogLevel::debug, alg::Event{{}, alg::Began{}});
  put(queue, {"b"});
  EXPECT_EQ(rest_of(queue), (Texts{"a", "event", "b"}));
  EXPECT_EQ(queue.lost(), 0u);
}

TEST(LogQueue, WhatDoesNotFitIsCountedWhereItIsMissing) {
  app::LogQueue queue(2);
  put(queue, {"a", "b", "lost", "lost"});
  EXPECT_EQ(queue.lost(), 2u);
  EXPECT_EQ(text_of(queue.take_now()), "a");
  EXPECT_EQ(text_of(queue.take_now()), "b");
  put(queue, {"c"});
  EXPECT_EQ(rest_of(queue), (Texts{"2 lost", "c"}));
  put(queue, {"d", "e", "lost"});
  EXPECT_EQ(rest_of(queue), (Texts{"d", "e", "1 lost"}));
  EXPECT_EQ(queue.lost(), 3u);
}

TEST(LogQueue, APlaceThatBecomesFreeIsNotForWhatCameLater) {
  app::LogQueue queue(2);
  put(queue, {"a", "b", "lost"});
  EXPECT_EQ(text_of(queue.take_now()), "a");
  put(queue, {"lost"});  // b and the word about what was lost take both places
  EXPECT_EQ(rest_of(queue), (Texts{"b", "2 lost"}));
}

TEST(LogQueue, AnEntryHasTheTimeAtWhichItCame) {
  app::LogQueue queue(2);
  const auto before = std::chrono::system_clock::now();
  put(queue, {"a", "b", "lost"});
  const auto after = std::chrono::system_clock::now();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  put(queue, {"lost"});
  auto last = before;
  while (const auto entry = queue.take_now()) {
    EXPECT_GE(entry->time, last);
    EXPECT_LE(entry->time, after);  // of what was lost: the first
    last = entry->time;
  }
}

TEST(LogQueue, ClosedItGivesOnlyWhatIsInIt) {
  app::LogQueue queue(4);
  put(queue, {"a", "b"});
  queue.close();
  put(queue, {"too late"});
  EXPECT_TRUE(queue.wait());
  EXPECT_EQ(text_of(queue.take_now()), "a");
  EXPECT_TRUE(queue.wait_for(std::chrono::milliseconds(0)));
  queue.close_and_forget();
  EXPECT_FALSE(queue.wait());
  EXPECT_FALSE(queue.wait_for(std::chrono::hours(1)));
  EXPECT_EQ(queue.lost(), 0u);
}

TEST(LogQueue, WhoeverWaitsIsWokenByAnEntryAndByTheEnd) {
  app::LogQueue queue(4);
  Texts texts;
  std::thread taker([&] {
    while (queue.wait()) texts.push_back(text_of(queue.take_now()));
  });
  for (const char* line : {"a", "b"}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    put(queue, {line});
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  queue.close();
  taker.join();
  EXPECT_EQ(texts, (Texts{"a", "b"}));
}

TEST(LogQueue, WhoeverHasNotForeverGoesOnAlthoughNothingCame) {
  app::LogQueue queue(4);
  EXPECT_TRUE(queue.wait_for(std::chrono::milliseconds(1)));
  EXPECT_FALSE(queue.take_now());
}

TEST(LogQueue, ThreadsTogetherLoseNothingUncounted) {
  constexpr std::size_t kThreads = 4;
  constexpr std::uint64_t kEach = 5'000;
  app::LogQueue queue(16);
  std::array<std::uint64_t, kThreads> last{};
  std::uint64_t taken = 0;
  std::uint64_t said = 0;
  std::thread taker([&] {
    while (queue.wait()) {
      const auto entry = queue.take_now();
      if (const auto* lost = std::get_if<app::Lost>(&entry->what)) {
        said += lost->count;
        continue;
      }
      ++taken;
      const auto& event = std::get<alg::Event>(entry->what);
      auto& before = last.at(event.flow.client.port);
      EXPECT_GT(event.flow.id, before);
      before = event.flow.id;
    }
  });
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&queue, i] {
        alg::Event event{{}, alg::Began{}};
        event.flow.client.port = static_cast<net::Port>(i);
        for (event.flow.id = 1; event.flow.id <= kEach; ++event.flow.id)
          queue.put(app::LogLevel::info, event);
      });
    }
  }
  queue.close();
  taker.join();
  EXPECT_EQ(taken + said, kThreads * kEach);
  EXPECT_EQ(said, queue.lost());
}

}  // namespace
}  // namespace pinhole::test
