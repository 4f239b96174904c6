// A transfer that lasts longer than conntrack remembers a silent connection.

#include <gtest/gtest.h>

#include <regex>
#include <thread>

#include "conversation.hpp"

namespace pinhole::test {
namespace {

constexpr int kRemembered = 15;  // seconds; Pinhole asks after 10
constexpr Milliseconds kLongTransferLimit{14'000};

class SlowTransfer : public testing::Test {
 protected:
  void SetUp() override {
    site_ = Site::at({.topology = "both"});
    PINHOLE_NEEDS(site_);
    remember(kRemembered);
  }
  void TearDown() override {
    if (site_ != nullptr) remember(432'000);  // the kernel's own
  }
  const Lab& lab() const { return site_->lab(); }

  /// For how many seconds connections that begin from now on may be silent.
  void remember(int seconds) const {
    const auto path = "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established";
    const auto set = "echo " + std::to_string(seconds) + " >" + path;
    ASSERT_EQ(run(lab().in(Role::router, {"sh", "-c", set}), kPatience).status, 0);
  }

  /// The seconds that the control connection's entry has left; -1 if there is none.
  int left(LabConversation& talk) const {
    const auto read = run(lab().in(Role::router, {"cat", "/proc/net/nf_conntrack"}), kPatience);
    const auto port = std::to_string(talk.client().local().port);
    const std::regex entry("tcp +6 ([0-9]+) ESTABLISHED [^\n]*sport=" + port + " dport=21 ");
    std::smatch part;
    return std::regex_search(read.output, part, entry) ? std::stoi(part.str(1)) : -1;
  }

 private:
  Site* site_ = nullptr;
};

TEST_F(SlowTransfer, keeps_its_control_connection) {
  LabConversation talk(lab(), Family::ipv4);
  talk.log_in();
  const auto negotiated = negotiate(lab(), Family::ipv4, talk, Mode::pasv);
  ASSERT_NE(negotiated, nullptr);
  EXPECT_EQ(talk.to_server("RETR long"), "RETR long");
  EXPECT_EQ(talk.to_client("150 here it comes"), "150 here it comes");
  auto receiver = dial(lab(), Role::client, negotiated->announced);
  ASSERT_TRUE(receiver.has_value());
  auto sender = negotiated->listener.accept();
  ASSERT_TRUE(sender.has_value());
  ASSERT_LE(left(talk), kRemembered);

  const auto until = std::chrono::steady_clock::now() + kLongTransferLimit;
  while (left(talk) <= kRemembered && std::chrono::steady_clock::now() < until) {
    sender->send("a line now and then\r\n");
    EXPECT_EQ(receiver->line(), "a line now and then");
    std::this_thread::sleep_for(Milliseconds{500});
  }
  EXPECT_GT(left(talk), 10 * kRemembered);
  EXPECT_EQ(talk.to_client("226 done"), "226 done");
}

}  // namespace
}  // namespace pinhole::test
