// Whoever makes the gateway forget a connection does not make it trusted. The insider is a browser that was
// lured into sending a POST to the attacker's server at a control port; the attacker wants to reach a port of
// the browser's host.

#include <csignal>
#include <future>
#include <thread>

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

/// Where the browser is, and the way to the attacker.
struct Where {
  const char* name;
  Family family;
  const char* topology = "masquerade";
  std::uint16_t port = 21;
  int queues = 1;
  Role browser = Role::client;
};
void PrintTo(const Where& where, std::ostream* out) {
  *out << where.name;
}
std::string place_name(const testing::TestParamInfo<Where>& each) {
  return each.param.name;
}

const std::vector<Where> kFamilies{{"ipv4", Family::ipv4}, {"ipv6", Family::ipv6}};
const std::vector<Where> kPlaces{
    {"ipv4", Family::ipv4},
    {"ipv6", Family::ipv6},
    {"port_2121_to_21", Family::ipv4, "dnat", 2121},
    {"port_2121_to_21_ipv6", Family::ipv6, "dnat", 2121},
    {"two_queues", Family::ipv4, "masquerade", 21, 2},
    {"two_queues_ipv6", Family::ipv6, "masquerade", 21, 2},
    {"on_the_router", Family::ipv4, "masquerade", 21, 1, Role::router},
    {"on_the_router_ipv6", Family::ipv6, "masquerade", 21, 1, Role::router},
};

class Slipstream : public testing::TestWithParam<Where> {
 protected:
  void SetUp() override { enter("closed"); }
  void enter(const std::string& fail, const Arguments& more = {}) {
    site_ =
        Site::at({.topology = GetParam().topology, .queues = GetParam().queues, .fail = fail, .more = more});
    PINHOLE_NEEDS(site_);
    inner_.emplace(lab(), GetParam().browser, Address{browser_address(), kInnerPort});
    attacker_ = std::make_unique<HandmadeEnd>(lab(), Role::server, Address{address("server"), 21}, kFirst);
    auto dialing = std::async(std::launch::async, [&] {
      return dial(lab(), GetParam().browser, {address("dialed"), GetParam().port}, kPatience);
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
  const std::string& address(std::string_view of) const { return lab().address(of, GetParam().family); }
  bool on_the_router() const { return GetParam().browser == Role::router; }
  const std::string& browser_address() const {
    return address(on_the_router() ? "router_outside" : "client");
  }
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
                                         {port_command(browser_address()), "200 ok\r\n"}}) {
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
    EXPECT_FALSE(dial(lab(), Role::server, {address(on_the_router() ? "router_outside" : "seen"), kInnerPort},
                      kImpatience))
        << gateway().log();
  }

  std::int64_t said_ = 0;  ///< by the attacker

  std::optional<Socket> browser_;

 private:
  static constexpr net::Seq kFirst{1'000'000};
  Site* site_ = nullptr;
  std::optional<Listener> inner_;
  std::unique_ptr<HandmadeEnd> attacker_;
};

INSTANTIATE_TEST_SUITE_P(Over, Slipstream, testing::ValuesIn(kPlaces), place_name);

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

/// To the gateway the browser's bytes begin where the server's SYN-ACK says so: behind the head of the POST.
TEST_P(Slipstream, a_syn_ack_that_acknowledges_the_head) {
  expect_waits("what the gateway takes for acknowledged is repeated");
  const auto head = static_cast<std::int64_t>(std::string_view(kRequest).size());
  attacker().forge(5'000, 0, "", kSyn | kAck, true);
  attacker().forge(-1, head, "", kSyn | kAck, true);
  browser_->send(kRequest);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  auto read = head;
  const auto say = [&](std::string_view text) {
    attacker().forge(said_, read, text, kAck | kPsh, false);
    said_ += static_cast<std::int64_t>(text.size());
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  };
  attacker().set_attentive(false);
  say("220 ready\r\n");
  for (const auto& [command, reply] : {std::pair<std::string, const char*>{"USER a", "331 go on\r\n"},
                                       {"PASS b", "230 in\r\n"},
                                       {port_command(browser_address()), "200 ok\r\n"}}) {
    browser_->send(command + "\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    read += static_cast<std::int64_t>(command.size()) + 2;
    say(reply);
  }
  expect_unreached();
}

/// One line of garbage (a TURN request, say) is forgiven behind a restart, though nothing can be missing.
TEST_P(Slipstream, one_line_of_garbage_behind_a_restart_at_the_greeting) {
  attacker_says("220 ready\r\n");
  ASSERT_TRUE(attacker().acknowledged(said_));
  gateway().end(SIGTERM);
  gateway().start();
  browser_->send("\x01\x02 garbage / HTTP/1.1\r\n");
  attacker().line();
  for (const auto& [command, reply] : {std::pair<std::string, const char*>{"USER a", "331 go on\r\n"},
                                       {"PASS b", "230 in\r\n"},
                                       {port_command(browser_address()), "200 ok\r\n"}}) {
    browser_->send(command + "\r\n");
    attacker().line(kImpatience);
    attacker_says(reply);
  }
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

/// A script in the browser chooses the method and the headers' names; the server answers early.
TEST_P(Slipstream, methods_and_headers_named_like_commands) {
  attacker_says("220 ready\r\n331 go on\r\n");
  browser_->send("USER / HTTP/1.1\r\nPASS: b\r\n");
  attacker().line();
  attacker().line();
  attacker_says("230 in\r\n");
  go_on_as_ftp();
  expect_unreached();
}

TEST_P(Slipstream, a_login_to_another_protocol) {
  attacker_says("200 news\r\n");
  browser_->send("AUTHINFO USER a\r\n");
  attacker().line();
  attacker_says("381 password\r\n");
  browser_->send("AUTHINFO PASS b\r\n");
  attacker().line();
  attacker_says("281 in\r\n");
  browser_->send(port_command(browser_address()) + "\r\n");
  attacker().line(kImpatience);
  attacker_says("200 ok\r\n");
  expect_unreached();
}

class SlipstreamFailingOpen : public Slipstream {
 protected:
  void SetUp() override { enter("open"); }
};
INSTANTIATE_TEST_SUITE_P(Over, SlipstreamFailingOpen, testing::ValuesIn(kFamilies), place_name);

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
  /// Of the POST's beginning the gateway sees nothing: it stands still, and the server's `line` fills its
  /// queue.
  void begin_post_beside(const std::string& line) {
    gateway().pause();
    for (int i = 0; i < 6; ++i) attacker().send(said_, line);
    said_ += static_cast<std::int64_t>(line.size());
    begin_post();
    gateway().resume();
  }
};
INSTANTIATE_TEST_SUITE_P(Over, SlipstreamOverflow, testing::ValuesIn(kFamilies), place_name);

TEST_P(SlipstreamOverflow, in_mid_post) {
  begin_post_beside("220 ready\r\n");
  go_on_as_ftp();
  expect_unreached();
}

/// The gateway has heard the greeting already.
TEST_P(SlipstreamOverflow, behind_the_greeting) {
  expect_waits("what is queued arrives behind what is not");
  attacker_says("220 ready\r\n");
  ASSERT_TRUE(attacker().acknowledged(said_));
  begin_post_beside("331 what?\r\n");
  go_on_as_ftp();
  expect_unreached();
}

}  // namespace
}  // namespace pinhole::test
