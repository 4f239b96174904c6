// A gateway whose log nobody reads: sessions and transfers go on, and it ends when it is told to.

#include <gtest/gtest.h>

#include <csignal>

#include "conversation.hpp"
#include "support/pipe.hpp"
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
    gateway_ = std::make_unique<Gateway>(
        lab(), GatewayOptions{.more = {"--log-level", "debug"}, .log_to = log.writer()});
    log.close_writer();
    ASSERT_NE(log.read_until("ready").find("ready"), std::string::npos);
  }
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

}  // namespace
}  // namespace pinhole::test
