// A gateway whose log nobody reads, or that nobody can write: sessions and transfers go on, and it ends when
// it is told to.

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "conversation.hpp"
#include "support/pipe.hpp"
#include "support/tiny_disk.hpp"
#include "waits.hpp"

namespace pinhole::test {
namespace {

constexpr Milliseconds kEndsWithin{1'000};

class LogReader : public testing::Test {
 protected:
  void SetUp() override {
    site_ = Site::at({.topology = "masquerade", .guarded = false});
    PINHOLE_NEEDS(site_);
    if (const auto obstacle = Gateway::obstacle(lab()); !obstacle.empty()) {
      GTEST_SKIP() << "not tested: " << obstacle;
    }
    start();
  }
  virtual void start() {
    start_with({.more = {"--log-level", "debug"}, .log_to = log.writer()});
    log.close_writer();
    ASSERT_NE(log.read_until("ready").find("ready"), std::string::npos);
  }
  void start_with(const GatewayOptions& options) { gateway_ = std::make_unique<Gateway>(lab(), options); }
  void TearDown() override {
    log.close_reader();
    gateway_.reset();
  }

  Lab& lab() const { return site_->lab(); }
  Gateway& gateway() { return *gateway_; }

  /// Refused offers without a break, more than pipe and queue hold lines. False as soon as one gets nowhere.
  bool fill_the_log(LabConversation& talk) const {
    constexpr int kAtOnce = 20;
    std::string offers;
    std::string replies;
    for (int i = 0; i < kAtOnce; ++i) {
      offers += announcement(Mode::port, {"192.0.2.66", 50'000}) + "\r\n";
      replies += "500 no\r\n";
    }
    for (int line = 0; line < 5'000; line += kAtOnce) {
      talk.client().send(offers);
      for (int i = 0; i < kAtOnce; ++i) {
        if (!talk.server().line()) return false;
      }
      talk.server().send(replies);
      for (int i = 0; i < kAtOnce; ++i) {
        if (!talk.client().line()) return false;
      }
    }
    return true;
  }

  Pipe log;

 private:
  Site* site_ = nullptr;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(LogReader, who_stops_reading_stops_no_session) {
  LabConversation talk(lab(), Family::ipv4);
  talk.log_in();
  ASSERT_TRUE(fill_the_log(talk));
  LabConversation other(lab(), Family::ipv4);
  other.log_in();
  for (const auto mode : {Mode::port, Mode::epsv}) {
    const auto negotiated = negotiate(lab(), Family::ipv4, other, mode);
    ASSERT_NE(negotiated, nullptr);
    EXPECT_TRUE(data_passes(lab(), *negotiated));
  }
  EXPECT_NE(log.read_until(" lines were lost: the log's reader is too slow\n").find(" lines were lost"),
            std::string::npos);
}

TEST_F(LogReader, who_has_stopped_does_not_keep_the_gateway_from_ending) {
  LabConversation talk(lab(), Family::ipv4);
  talk.log_in();
  ASSERT_TRUE(fill_the_log(talk));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(gateway().end(SIGTERM), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, patiently(kEndsWithin));
  EXPECT_GT(log.waiting(), 0);
}

TEST_F(LogReader, who_is_gone_ends_nothing) {
  expect_waits("the session outlives the gateway, and nobody lets its end pass");
  log.close_reader();
  LabConversation talk(lab(), Family::ipv4);
  talk.log_in();
  const auto negotiated = negotiate(lab(), Family::ipv4, talk, Mode::epsv);
  ASSERT_NE(negotiated, nullptr);
  EXPECT_TRUE(data_passes(lab(), *negotiated));
  EXPECT_EQ(gateway().end(SIGTERM), 0);
}

class LogReaderOnAFullDisk : public LogReader {
 protected:
  void start() override {
    if (const auto obstacle = TinyDisk::obstacle(); !obstacle.empty()) GTEST_SKIP() << obstacle;
    disk_.emplace(kRoom);
    start_with({.more = {"--log-level", "debug"}, .log_to = disk().log()});
    ASSERT_TRUE(is_logged("ready"));
  }
  const TinyDisk& disk() const { return *disk_; }
  bool is_logged(std::string_view text) const {
    const auto deadline = std::chrono::steady_clock::now() + patiently(kSaidWithin);
    while (disk().log_text().find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      std::this_thread::sleep_for(Milliseconds{5});
    }
    return true;
  }

 private:
  static constexpr std::size_t kRoom = 64 * 1024;
  static constexpr Milliseconds kSaidWithin{5'000};
  std::optional<TinyDisk> disk_;
};

TEST_F(LogReaderOnAFullDisk, stops_no_session_and_says_what_is_missing) {
  LabConversation talk(lab(), Family::ipv4);
  talk.log_in();
  ASSERT_TRUE(fill_the_log(talk));
  const auto negotiated = negotiate(lab(), Family::ipv4, talk, Mode::epsv);
  ASSERT_NE(negotiated, nullptr);
  EXPECT_TRUE(data_passes(lab(), *negotiated));
  disk().make_room();
  EXPECT_TRUE(is_logged(" lines could not be written: No space left on device\n"));
  EXPECT_EQ(gateway().end(SIGTERM), 0);
  EXPECT_TRUE(is_logged(" log lines lost\n"));
}

/// Nobody says when it is ready: what it makes of packets before waits in the queue.
class LogReaderNowhere : public LogReader, public testing::WithParamInterface<const char*> {
 protected:
  void start() override {
    start_with({.more = {"--log-level", "debug"}, .closed = GetParam(), .log_to = log.writer()});
    log.close_writer();
    const auto deadline = std::chrono::steady_clock::now() + patiently(kBoundWithin);
    const Arguments bound =
        lab().in(Role::router, {"grep", "-q", "^ *0 ", "/proc/net/netfilter/nfnetlink_queue"});
    while (run(bound, Milliseconds{1'000}).status != 0) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "nobody is at the queue";
    }
  }
  std::string target_of(int descriptor) {
    return std::filesystem::read_symlink("/proc/" + std::to_string(gateway().pid()) + "/fd/" +
                                         std::to_string(descriptor));
  }

 private:
  static constexpr Milliseconds kBoundWithin{5'000};
};

INSTANTIATE_TEST_SUITE_P(Without, LogReaderNowhere, testing::Values("2>&-", "<&- 2>&-", "<&- >&- 2>&-"),
                         [](const auto& instance) {
                           const std::string_view closed = instance.param;
                           return std::string(closed == "2>&-"       ? "standard_error"
                                              : closed == "<&- 2>&-" ? "input_and_error"
                                                                     : "any");
                         });

TEST_P(LogReaderNowhere, whose_descriptor_is_no_sockets) {
  LabConversation talk(lab(), Family::ipv4);
  talk.log_in();
  const auto negotiated = negotiate(lab(), Family::ipv4, talk, Mode::epsv);
  ASSERT_NE(negotiated, nullptr);
  EXPECT_TRUE(data_passes(lab(), *negotiated));
  for (const int descriptor : {0, 1, 2}) EXPECT_EQ(target_of(descriptor).find("socket:"), std::string::npos);
  EXPECT_EQ(target_of(2), "/dev/null");
  EXPECT_EQ(gateway().end(SIGTERM), 0);
  EXPECT_EQ(log.read_all(), "");
}

}  // namespace
}  // namespace pinhole::test
