// Whoever makes the gateway forget a connection does not make it trusted. The insider is a browser that was
// lured into sending a POST to the attacker's server at a control port; the attacker wants to reach a port of
// the browser's host.

#include <csignal>
#include <future>

#include "support/handmade_end.hpp"
#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

constexpr std::uint16_t kInnerPort = 3306;
constexpr const char* kRequest = "POST / HTTP/1.1\r\nHost: a\r\n";

std::string port_command(const std::string& host) {
  const Address target{host, kInnerPort};
  const bool v4 = host.find(':') == std::string::npos;
  return v4 ? "PORT " + comma_form(target) : "EPRT |2|" + host + "|" + std::to_string(kInnerPort) + "|";
}

class Slipstream : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override { enter("closed"); }
  void enter(const std::string& fail, const Arguments& more = {}) {
    site_ = Site::at({.topology = "masquerade", .fail = fail, .more = more});
    PINHOLE_NEEDS(site_);
    inner_.emplace(lab(), Role::client, Address{address("client"), kInnerPort});
    attacker_ = std::make_unique<HandmadeEnd>(lab(), Role::server, Address{address("server"), 21}, kFirst);
    auto dialing = std::async(std::launch::async, [&] {
      return dial(lab(), Role::client, {address("dialed"), 21}, kPatience);
    });
    ASSERT_TRUE(attacker_->accept());
    browser_ = dialing.get();
    ASSERT_TRUE(browser_.has_value());
  }
  void TearDown() override {
    if (site_ == nullptr) return;
    attacker_.reset();
    browser_.reset();
  }

  const Lab& lab() const { return site_->lab(); }
  const std::string& address(std::string_view of) const { return lab().address(of, GetParam()); }
  Gateway& gateway() { return site_->gateway(); }
  HandmadeEnd& attacker() { return *attacker_; }

  void attacker_says(std::string_view text) {
    attacker().send(said_, text);
    said_ += static_cast<std::int64_t>(text.size());
  }
  void begin_post() {
    browser_->send(kRequest);
    EXPECT_EQ(attacker().line(), "POST / HTTP/1.1");
    EXPECT_EQ(attacker().line(), "Host: a");
  }
  /// The rest of the POST, which reads like FTP, and the attacker's answers.
  void go_on_as_ftp() {
    attacker_says("220 ready\r\n");
    for (const auto& [command, reply] : {std::pair<std::string, const char*>{"USER a", "331 go on\r\n"},
                                         {"PASS b", "230 in\r\n"},
                                         {port_command(address("client")), "200 ok\r\n"}}) {
      browser_->send(command + "\r\n");
      attacker().line(kImpatience);
      attacker_says(reply);
    }
  }
  /// A RST that the browser never gets, or does not believe, and the handshake's answer once more.
  void feign_a_new_connection() {
    attacker().send(said_ + 1, "", kRst);
    attacker().send(-1, "", kSyn | kAck);
  }
  void expect_unreached() {
    EXPECT_FALSE(dial(lab(), Role::server, {address("seen"), kInnerPort}, kImpatience)) << gateway().log();
  }

  std::int64_t said_ = 0;  ///< by the attacker

 private:
  static constexpr net::Seq kFirst{1'000'000};
  Site* site_ = nullptr;
  std::optional<Listener> inner_;
  std::unique_ptr<HandmadeEnd> attacker_;
  std::optional<Socket> browser_;
};

std::string family_name(const testing::TestParamInfo<Family>& each) {
  return each.param == Family::ipv4 ? "ipv4" : "ipv6";
}
INSTANTIATE_TEST_SUITE_P(Over, Slipstream, testing::Values(Family::ipv4, Family::ipv6), family_name);

TEST_P(Slipstream, a_rst_and_a_second_handshake) {
  begin_post();
  feign_a_new_connection();
  go_on_as_ftp();
  expect_unreached();
}

/// The browser's first packet is still on its way when the server plays FTP.
TEST_P(Slipstream, a_second_handshake_before_the_post) {
  feign_a_new_connection();
  begin_post();
  feign_a_new_connection();
  go_on_as_ftp();
  expect_unreached();
}

TEST_P(Slipstream, a_restart_in_mid_post) {
  begin_post();
  gateway().end(SIGKILL);
  gateway().start();
  go_on_as_ftp();
  expect_unreached();
}

/// What is honest about the method names is nothing: they are the names of commands.
TEST_P(Slipstream, a_restart_between_lines_that_read_like_commands) {
  attacker_says("220 ready\r\n");
  begin_post();
  gateway().end(SIGTERM);
  gateway().start();
  feign_a_new_connection();
  go_on_as_ftp();
  expect_unreached();
}

TEST_P(Slipstream, rules_that_were_away) {
  expect_waits("the gateway misses bytes, and waits for them");
  gateway().rules().down();
  begin_post();
  gateway().rules().up();
  go_on_as_ftp();
  expect_unreached();
}

TEST_P(Slipstream, rules_and_the_gateway_that_were_away) {
  expect_waits("there is nobody at the queue for a while");
  gateway().end(SIGTERM);
  gateway().rules().down();
  begin_post();
  gateway().start();
  gateway().rules().up();
  go_on_as_ftp();
  expect_unreached();
}

class SlipstreamFailingOpen : public Slipstream {
 protected:
  void SetUp() override { enter("open"); }
};
INSTANTIATE_TEST_SUITE_P(Over, SlipstreamFailingOpen, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(SlipstreamFailingOpen, while_the_gateway_was_away) {
  gateway().end(SIGTERM);
  begin_post();
  gateway().start();
  go_on_as_ftp();
  expect_unreached();
}

TEST_P(SlipstreamFailingOpen, while_it_was_away_behind_the_greeting) {
  attacker_says("220 ready\r\n");
  ASSERT_TRUE(attacker().acknowledged(said_));
  gateway().end(SIGTERM);
  begin_post();
  gateway().start();
  go_on_as_ftp();
  expect_unreached();
}

/// The queue is full with four packets.
class SlipstreamOverflow : public Slipstream {
 protected:
  void SetUp() override { enter("open", {"--queue-length", "4"}); }
};
INSTANTIATE_TEST_SUITE_P(Over, SlipstreamOverflow, testing::Values(Family::ipv4, Family::ipv6), family_name);

TEST_P(SlipstreamOverflow, in_mid_post) {
  kill(gateway().pid(), SIGSTOP);
  for (int i = 0; i < 6; ++i) attacker().send(said_, "220 ready\r\n");
  said_ += 11;
  begin_post();
  kill(gateway().pid(), SIGCONT);
  go_on_as_ftp();
  expect_unreached();
}

/// The gateway has heard the client's name already.
TEST_P(SlipstreamOverflow, in_a_login) {
  expect_waits("what is queued arrives behind what is not");
  attacker_says("220 ready\r\n");
  ASSERT_TRUE(attacker().acknowledged(said_));
  kill(gateway().pid(), SIGSTOP);
  for (int i = 0; i < 6; ++i) attacker().send(said_, "331 what?\r\n");
  said_ += 11;
  begin_post();
  kill(gateway().pid(), SIGCONT);
  go_on_as_ftp();
  expect_unreached();
}

}  // namespace
}  // namespace pinhole::test
