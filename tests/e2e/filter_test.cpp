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

/// TCP Fast Open (RFC 7413): a server that takes commands from SYNs.
class FastOpen : public testing::TestWithParam<Family> {
 protected:
  /// What such a server hears first of a client that says `text` in its SYN, and again behind it.
  std::optional<std::string> first_line(const SiteKey& key, const std::string& text) {
    auto* site = Site::at(key);
    if (site == nullptr) return std::nullopt;
    const auto& lab = site->lab();
    const auto set = [&lab](int value) {
      const auto command = "echo " + std::to_string(value) + " >/proc/sys/net/ipv4/tcp_fastopen";
      EXPECT_EQ(run(lab.in(Role::server, {"sh", "-c", command}), kPatience).status, 0);
    };
    set(0x603);  // on, without cookies, for every socket that listens
    std::optional<std::string> line;
    {
      const Listener listener(lab, Role::server, {lab.address("server", GetParam()), 21});
      HandmadeEnd insider(lab, Role::client, {lab.address("client", GetParam()), ++port_}, kFirst);
      if (insider.connect({lab.address("dialed", GetParam()), 21}, text, kImpatience)) {
        if (auto server = listener.accept(kImpatience)) line = server->line(kImpatience);
      }
    }
    set(1);
    return line;
  }

 private:
  static constexpr net::Seq kFirst{1'000'000};
  inline static std::uint16_t port_ = 31'000;
};

INSTANTIATE_TEST_SUITE_P(Over, FastOpen, testing::Values(Family::ipv4, Family::ipv6), [](const auto& each) {
  return std::string(each.param == Family::ipv4 ? "ipv4" : "ipv6");
});

TEST_P(FastOpen, is_there_without_pinhole) {
  const SiteKey bare{.topology = "routed", .guarded = false};
  PINHOLE_NEEDS(Site::at(bare));
  EXPECT_EQ(first_line(bare, "DELE a\r\n"), "DELE a");
}

TEST_P(FastOpen, brings_no_command) {
  for (const auto* fail : {"closed", "open"}) {
    const SiteKey guarded{.topology = "routed", .fail = fail, .more = {"--deny-commands", "DELE"}};
    PINHOLE_NEEDS(Site::at(guarded));
    EXPECT_EQ(first_line(guarded, "DELE a\r\n"), std::nullopt);
  }
}

}  // namespace
}  // namespace pinhole::test
