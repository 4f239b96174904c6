// A client inside that wants a command past the filter, by making conntrack or the gateway forget the
// connection. What reaches the server is what counts.

#include <thread>

#include "support/handmade_end.hpp"
#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

class FilterBypass : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override { enter({"--deny-commands", "DELE"}); }
  void enter(const Arguments& policy) {
    expect_waits("what the filter stops is repeated");
    site_ = Site::at({.topology = GetParam().topology, .more = policy});
    PINHOLE_NEEDS(site_);
    const Listener listener(lab(), Role::server, {address("server"), 21});
    insider_ =
        std::make_unique<HandmadeEnd>(lab(), Role::client, Address{address("client"), next_port()}, kFirst);
    ASSERT_TRUE(insider_->connect({address("dialed"), 21}));
    server_ = listener.accept();
    ASSERT_TRUE(server_.has_value());
    to_client("220 lab");
    EXPECT_EQ(to_server("USER anonymous"), "USER anonymous");
    to_client("331 who?");
    EXPECT_EQ(to_server("PASS me@here"), "PASS me@here");
    to_client("230 in");
  }

  const Lab& lab() const { return site_->lab(); }
  const std::string& address(std::string_view of) const { return lab().address(of, GetParam().family); }
  HandmadeEnd& insider() { return *insider_; }

  void to_client(std::string_view line) {
    server_->send(std::string(line) + "\r\n");
    EXPECT_EQ(insider().line(), line);
  }
  std::optional<std::string> to_server(std::string_view line, Milliseconds limit = kPatience) {
    insider().say(std::string(line) + "\r\n");
    return server_->line(limit);
  }
  /// A RST that the server never gets, after which conntrack forgets the connection.
  void make_conntrack_forget() {
    in_router("echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close");
    insider().send_lost(insider().next(), "", kRst);
    std::this_thread::sleep_for(std::chrono::milliseconds(2'500));
    in_router("echo 10 >/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close");
  }

 private:
  static constexpr net::Seq kFirst{1'000'000};
  static std::uint16_t next_port() {
    static std::uint16_t port = 30'000;
    return ++port;
  }
  void in_router(const std::string& command) {
    EXPECT_EQ(run(lab().in(Role::router, {"sh", "-c", command}), kPatience).status, 0);
  }

  Site* site_ = nullptr;
  std::unique_ptr<HandmadeEnd> insider_;
  std::optional<Socket> server_;
};

INSTANTIATE_TEST_SUITE_P(Insider, FilterBypass,
                         testing::Values(Way{"routed", Family::ipv4}, Way{"routed", Family::ipv6},
                                         Way{"masquerade", Family::ipv4}, Way{"masquerade", Family::ipv6}),
                         way_name);

TEST_P(FilterBypass, a_rst_that_the_server_never_gets) {
  make_conntrack_forget();
  const auto arrived = to_server("DELE a", kImpatience);
  EXPECT_TRUE(!arrived || arrived->find("DELE") == std::string::npos) << *arrived;
}

TEST_P(FilterBypass, the_same_and_a_line_that_is_allowed_before) {
  make_conntrack_forget();
  to_server("NOOP", kImpatience);
  const auto arrived = to_server("DELE a", kImpatience);
  EXPECT_TRUE(!arrived || arrived->find("DELE") == std::string::npos) << *arrived;
}

class Unfiltered : public FilterBypass {
 protected:
  void SetUp() override { enter({}); }
};

INSTANTIATE_TEST_SUITE_P(Insider, Unfiltered,
                         testing::Values(Way{"routed", Family::ipv4}, Way{"routed", Family::ipv6}), way_name);

/// A router that was started anew, or whose table was flushed, costs no session; it gets no pinholes any
/// more.
TEST_P(Unfiltered, sessions_go_on_without_pinholes) {
  make_conntrack_forget();
  EXPECT_EQ(to_server("NOOP"), "NOOP");
  const Listener listener(lab(), Role::client, {address("client"), 0});
  const auto offer = announcement(active_mode(GetParam().family), listener.local());
  EXPECT_EQ(to_server(offer), offer);
  EXPECT_FALSE(dial(lab(), Role::server, listener.local(), kImpatience));
}

}  // namespace
}  // namespace pinhole::test
