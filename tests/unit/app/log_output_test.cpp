// How lines get to standard error, and what is said about those that did not.

#include "app/log_output.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "support/pipe.hpp"

namespace pinhole::test {
namespace {

using app::LogLevel;
using app::LogOutput;
using testing::EndsWith;
using testing::MatchesRegex;

using Style = LogOutput::Style;
constexpr std::chrono::system_clock::time_point kNoon{std::chrono::milliseconds(1'700'000'000'007)};

/// As the log's thread does.
class BrokenPipesAreErrors {
 public:
  BrokenPipesAreErrors() {
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, &before_);
  }
  ~BrokenPipesAreErrors() {
    const timespec no_time{};
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    sigtimedwait(&broken_pipe, nullptr, &no_time);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t before_;
};

void write_line(LogOutput& output, std::string_view text) {
  output.add(kNoon, LogLevel::info, text);
  output.flush();
}

TEST(LogOutput, ALineHasItsTimeAndLevel) {
  Pipe pipe;
  LogOutput output(pipe.writer(), Style::dated);
  output.add(kNoon, LogLevel::warning, "a");
  output.add(kNoon, LogLevel::error, "b");
  output.flush();
  pipe.close_writer();
  EXPECT_THAT(pipe.read_all(), MatchesRegex("2023-11-1[45] [0-9][0-9]:[0-9][0-9]:20.007 warning a\n"
                                            "2023-11-1[45] [0-9][0-9]:[0-9][0-9]:20.007 error   b\n"));
}

TEST(LogOutput, TheJournalGetsPriorities) {
  Pipe pipe;
  LogOutput output(pipe.writer(), Style::journal);
  for (const auto level : {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug}) {
    output.add(kNoon, level, "a");
  }
  output.flush();
  pipe.close_writer();
  EXPECT_EQ(pipe.read_all(), "<3>a\n<4>a\n<6>a\n<7>a\n");
}

TEST(LogOutput, APieceIsWholeLinesThatAPipeTakesAtOnce) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()), 0);
  LogOutput output(ends[1], Style::journal);
  for (int i = 0; i < 100; ++i) output.add(kNoon, LogLevel::info, std::string(200, 'x'));
  output.flush();
  close(ends[1]);
  std::array<char, 65536> bytes;
  std::size_t lines = 0;
  for (ssize_t got = 0; (got = read(ends[0], bytes.data(), bytes.size())) > 0;) {
    EXPECT_LE(got, 4096);
    EXPECT_EQ(got % 204, 0);
    lines += static_cast<std::size_t>(got) / 204;
  }
  close(ends[0]);
  EXPECT_EQ(lines, 100u);
}

TEST(LogOutput, WhatAFullDiskRefusedIsSaidWhenItIsNoLongerFull) {
  Pipe pipe;
  const int descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  LogOutput output(descriptor, Style::journal);
  write_line(output, "a");
  output.add(kNoon, LogLevel::info, "b");
  write_line(output, "c");
  EXPECT_EQ(output.failed(), 3u);
  dup2(pipe.writer(), descriptor);
  write_line(output, "d");
  write_line(output, "e");
  close(descriptor);
  pipe.close_writer();
  EXPECT_EQ(pipe.read_all(), "<4>3 lines could not be written: No space left on device\n<6>d\n<6>e\n");
  EXPECT_EQ(output.failed(), 3u);
}

TEST(LogOutput, AReaderWhoIsGoneCostsItsLines) {
  const BrokenPipesAreErrors guard;
  Pipe pipe;
  LogOutput output(pipe.writer(), Style::journal);
  pipe.close_reader();
  for (int i = 0; i < 5; ++i) write_line(output, "a");
  EXPECT_EQ(output.failed(), 5u);
}

TEST(LogOutput, AfterATornLineANewOneBegins) {
  const BrokenPipesAreErrors guard;
  Pipe torn;
  Pipe pipe;
  const int descriptor = dup(torn.writer());
  LogOutput output(descriptor, Style::journal);
  std::thread reader([&] {
    while (torn.waiting() < 4096) std::this_thread::yield();
    torn.close_reader();
  });
  write_line(output, std::string(10'000, 'x'));  // more than the pipe takes
  reader.join();
  EXPECT_EQ(output.failed(), 1u);
  dup2(pipe.writer(), descriptor);
  write_line(output, "a");
  write_line(output, "b");
  close(descriptor);
  pipe.close_writer();
  EXPECT_EQ(pipe.read_all(), "\n<4>1 lines could not be written: Broken pipe\n<6>a\n<6>b\n");
}

TEST(LogOutput, ADescriptorThatDoesNotBlockIsWaitedFor) {
  Pipe pipe;
  fcntl(pipe.writer(), F_SETFL, O_NONBLOCK);
  LogOutput output(pipe.writer(), Style::journal);
  std::string text;
  std::thread reader([&] { text = pipe.read_until("last\n"); });
  for (int i = 0; i < 1'000; ++i) write_line(output, "a line");
  write_line(output, "last");
  reader.join();
  EXPECT_EQ(std::ranges::count(text, '\n'), 1'001);
  EXPECT_EQ(output.failed(), 0u);
}

}  // namespace
}  // namespace pinhole::test
