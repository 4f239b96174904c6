// A client inside that wants a command past the filter, by making conntrack or the gateway forget the
// connection. What reaches the server is what counts.

#include <csignal>
#include <functional>
#include <thread>

#include "support/handmade_end.hpp"
#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

/// Where the server is, and the way to it.
struct Place {
  const char* name;
  Family family;
  const char* topology = "routed";
  std::uint16_t port = 21;
  int queues = 1;
  Role server = Role::server;
};
void PrintTo(const Place& place, std::ostream* out) {
  *out << place.name;
}
std::string place_name(const testing::TestParamInfo<Place>& each) {
  return each.param.name;
}

const std::vector<Place> kRouted{{"routed_ipv4", Family::ipv4}, {"routed_ipv6", Family::ipv6}};
const std::vector<Place> kPlaces{
    {"routed_ipv4", Family::ipv4},
    {"routed_ipv6", Family::ipv6},
    {"masquerade_ipv4", Family::ipv4, "masquerade"},
    {"masquerade_ipv6", Family::ipv6, "masquerade"},
    {"port_2121_to_21_ipv4", Family::ipv4, "dnat", 2121},
    {"port_2121_to_21_ipv6", Family::ipv6, "dnat", 2121},
    {"two_queues_ipv4", Family::ipv4, "masquerade", 21, 2},
    {"two_queues_ipv6", Family::ipv6, "masquerade", 21, 2},
    {"server_on_the_router_ipv4", Family::ipv4, "routed", 21, 1, Role::router},
    {"server_on_the_router_ipv6", Family::ipv6, "routed", 21, 1, Role::router},
};

class FilterBypass : public testing::TestWithParam<Place> {
 protected:
  void SetUp() override { enter({"--deny-commands", "DELE"}); }
  void enter(const Arguments& policy) {
    expect_waits("what the filter stops is repeated");
    site_ = Site::at({.topology = GetParam().topology, .queues = GetParam().queues, .more = policy});
    PINHOLE_NEEDS(site_);
    const bool on_the_router = GetParam().server == Role::router;
    const Listener listener(lab(), GetParam().server,
                            {address(on_the_router ? "router_inside" : "server"), 21});
    insider_ =
        std::make_unique<HandmadeEnd>(lab(), Role::client, Address{address("client"), next_port()}, kFirst);
    ASSERT_TRUE(insider_->connect({address(on_the_router ? "router_inside" : "dialed"), GetParam().port}));
    server_ = listener.accept();
    ASSERT_TRUE(server_.has_value());
    to_client("220 lab");
    EXPECT_EQ(to_server("USER anonymous"), "USER anonymous");
    to_client("331 who?");
    EXPECT_EQ(to_server("PASS me@here"), "PASS me@here");
    to_client("230 in");
  }

  Site& site() const { return *site_; }
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
  void read_line() { server_->line(kImpatience); }
  /// Of what the insider has said, no line that the server reads is DELE's.
  void expect_not_deleted() {
    std::string lines;
    while (const auto line = server_->line(kImpatience)) lines += *line + '\n';
    EXPECT_EQ(lines.find("DELE"), std::string::npos) << lines;
  }
  /// Whatever `rst` sends ends the connection for conntrack, which then forgets it, and not for the server.
  void make_conntrack_forget(const std::function<void()>& rst) {
    in_router("echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close");
    rst();
    for (int tries = 0; tries < 60 && is_tracked(); ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    in_router("echo 10 >/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close");
    ASSERT_FALSE(is_tracked());
  }
  /// A RST whose TTL ends at the router. A server on the router itself does not believe one that comes
  /// straight behind bytes which lie beyond a gap (RFC 5961), as conntrack does.
  void rst_that_the_server_never_believes() {
    if (GetParam().server == Role::server) {
      insider().send_lost(insider().next(), "", kRst);
    } else {
      rst_behind_a_gap();
    }
  }
  void rst_behind_a_gap() {
    const auto at = insider().next();
    insider().send(at + 100, "x\r\n");
    insider().send(at + 103, "", kRst);
    insider().go_back_to(at);
  }

 private:
  static constexpr net::Seq kFirst{1'000'000};
  static std::uint16_t next_port() {
    static std::uint16_t port = 30'000;
    return ++port;
  }
  std::string in_router(const std::string& command) {
    const auto done = run(lab().in(Role::router, {"sh", "-c", command}), kPatience);
    EXPECT_EQ(done.status, 0) << done.errors;
    return done.output;
  }
  bool is_tracked() {
    const auto port = std::to_string(insider().self().port);
    return !in_router("conntrack -L -p tcp --orig-port-src " + port + " -f " +
                      (GetParam().family == Family::ipv4 ? "ipv4" : "ipv6") + " 2>/dev/null")
                .empty();
  }

  Site* site_ = nullptr;
  std::unique_ptr<HandmadeEnd> insider_;
  std::optional<Socket> server_;
};

INSTANTIATE_TEST_SUITE_P(Insider, FilterBypass, testing::ValuesIn(kPlaces), place_name);

TEST_P(FilterBypass, a_rst_that_the_server_never_gets) {
  make_conntrack_forget([this] { rst_that_the_server_never_believes(); });
  insider().say("DELE a\r\n");
  expect_not_deleted();
}

TEST_P(FilterBypass, the_same_and_a_line_that_is_allowed_before) {
  make_conntrack_forget([this] { rst_that_the_server_never_believes(); });
  to_server("NOOP", kImpatience);
  insider().say("DELE a\r\n");
  expect_not_deleted();
}

/// Nor does the gateway remember it.
TEST_P(FilterBypass, a_gateway_that_was_started_anew_meanwhile) {
  make_conntrack_forget([this] { rst_that_the_server_never_believes(); });
  site().gateway().end(SIGKILL);
  site().gateway().start();
  insider().say("DELE a\r\n");
  expect_not_deleted();
}

/// Where the command itself lies beyond the gap, and what is missing comes when nobody knows of it.
TEST_P(FilterBypass, a_command_from_behind_a_gap) {
  const auto at = insider().next();
  make_conntrack_forget([this, at] {
    insider().send(at + 6, "DELE a\r\n");
    insider().send(at + 14, "", kRst);
  });
  insider().send(at, "NOOP\r\n");
  expect_not_deleted();
}

/// The server answers a line that is no command here, so that AUTH seems to have been completed.
TEST_P(FilterBypass, tls_that_the_server_does_not_speak) {
  insider().say(" \r\nNOOP\r\nAUTH TLS\r\n");
  for (int i = 0; i < 3; ++i) read_line();
  for (const auto* reply : {"500 what?", "200 zzz", "500 no TLS"}) to_client(reply);
  insider().say(std::string("\x16\x03\x01\x3f\x00", 5) + "\r\n");
  insider().say("DELE a\r\n");
  expect_not_deleted();
}

/// A server that skips them obeys what is behind them.
TEST_P(FilterBypass, more_telnet_commands_than_are_remembered) {
  std::string line;
  for (int i = 0; i < 512; ++i) line += "\xff\xf2";
  insider().say(line + "DELE a\r\n");
  expect_not_deleted();
}

/// More than is remembered never arrives, and comes again as something else.
TEST_P(FilterBypass, other_bytes_for_those_that_are_not_remembered) {
  if (GetParam().server == Role::router) return;  // nothing is lost on the way there
  constexpr std::int64_t kAll = 65'000;           // as much as the server's window lets pass
  const std::string allowed = "NOOP a\r\n", denied = "DELE a\r\n";
  const auto begin = insider().next();
  const auto text = [](const std::string& line, std::int64_t from, std::int64_t size) {
    std::string bytes;
    for (auto at = from; at < from + size; ++at) bytes += line[static_cast<std::size_t>(at) % line.size()];
    return bytes;
  };
  for (std::int64_t at = 0; at < kAll; at += 1'000) insider().send_lost(begin + at, text(allowed, at, 1'000));
  for (std::int64_t at = 0; at < kAll; at += 1'000) insider().send(begin + at, text(denied, at, 1'000));
  for (std::int64_t at = 500; at < kAll; at += 1'000) insider().send(begin + at, text(denied, at, 1'000));
  insider().send(begin + kAll, "DELE a\r\n");
  expect_not_deleted();
}

class Unfiltered : public FilterBypass {
 protected:
  void SetUp() override { enter({}); }
};

INSTANTIATE_TEST_SUITE_P(Insider, Unfiltered, testing::ValuesIn(kRouted), place_name);

/// A router that was started anew, or whose table was flushed, costs no session; it gets no pinholes any
/// more.
TEST_P(Unfiltered, sessions_go_on_without_pinholes) {
  make_conntrack_forget([this] { rst_that_the_server_never_believes(); });
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
