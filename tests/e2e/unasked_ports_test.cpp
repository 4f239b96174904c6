// Ports that nobody may have opened, though what is said is a client's and a server's own: control ports,
// where what is expected is not inspected, and what the kernel's helper `sane` would open by itself.

#include "expectations.hpp"
#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;

std::vector<Way> all_ways() {
  auto ways = translated_ways();
  ways.push_back({"routed", Family::ipv4});
  ways.push_back({"routed", Family::ipv6});
  return ways;
}

/// The lab's control ports are 21 and 2121.
class ControlPorts : public SessionTest {
 protected:
  static constexpr std::uint16_t kControl = 2121;

  void expect_refused(Mode mode) {
    const auto inside = is_passive(mode) ? Role::server : Role::client;
    const Listener control(lab(), inside, {address(is_passive(mode) ? "server" : "client"), kControl});
    const auto line = announcement(mode, control.local());
    if (is_passive(mode)) {
      const auto ask = std::string(verb_of(mode));
      EXPECT_EQ(talk().to_server(ask), ask);
      EXPECT_NE(talk().to_client(line), line);
      EXPECT_EQ(expectations(lab()), "");
      return;
    }
    EXPECT_NE(talk().to_server(line), line);
    EXPECT_FALSE(dial(lab(), Role::server, {address("seen"), kControl}, kImpatience));
    EXPECT_EQ(talk().to_client("500 what?"), "500 what?");
  }
};

INSTANTIATE_TEST_SUITE_P(Across, ControlPorts, testing::ValuesIn(all_ways()), way_name);

TEST_P(ControlPorts, are_no_data_ports_of_clients) {
  for (const auto mode : modes_of(family())) {
    if (!is_passive(mode)) expect_refused(mode);
  }
  expect_data(negotiate_in(active_mode(family())));  // a client tries the next port
}

TEST_P(ControlPorts, are_no_data_ports_of_servers) {
  for (const auto mode : modes_of(family())) {
    if (is_passive(mode)) expect_refused(mode);
  }
  expect_data(negotiate_in(passive_mode(family())));
}

/// Eight bytes for which `sane` expects a connection to the port of the answer.
class HelperRequest : public SessionTest {
 protected:
  static constexpr std::uint16_t kInner = 3306;
  static std::string request() { return "\0\0\0\7\0\0\0\0"s; }
  static std::string answer() { return "\0\0\0\0\0\0\x0c\xea"s + std::string(16, '\0'); }

  void ask() {
    expect_waits("a session that was reset says nothing any more");
    const Listener inner(lab(), Role::server, {address("server"), kInner});
    talk().client().send(request());
    EXPECT_EQ(talk().server().line(kImpatience), std::nullopt);
    try {
      talk().server().send(answer());
    } catch (const std::system_error&) {
      // it was reset
    }
    talk().client().line(kImpatience);
    EXPECT_EQ(expectations(lab()), "");
    EXPECT_FALSE(dial(lab(), Role::client, {address("dialed"), kInner}, kImpatience));
  }
};

INSTANTIATE_TEST_SUITE_P(Across, HelperRequest, testing::ValuesIn(all_ways()), way_name);

TEST_P(HelperRequest, opens_nothing) {
  ask();
}

TEST_P(HelperRequest, opens_nothing_behind_a_transfer) {
  expect_data(negotiate_in(active_mode(family())));
  ask();
}

TEST_P(HelperRequest, is_answered_without_pinhole) {
  const SiteKey bare{.topology = GetParam().topology, .guarded = false};
  auto* site = Site::at(bare);
  PINHOLE_NEEDS(site);
  const auto& open_lab = site->lab();
  const std::string tables = family() == Family::ipv4 ? "iptables" : "ip6tables";
  const auto done =
      run(open_lab.in(Role::router, {"sh", "-c",
                                     tables + " -w -t raw -A PREROUTING -p tcp --dport 21 -j CT "
                                              "--helper sane"}),
          kPatience);
  ASSERT_EQ(done.status, 0) << done.errors;
  LabConversation open(open_lab, family());
  open.client().send(request());
  open.server().line(kImpatience);
  open.server().send(answer());
  open.client().line(kImpatience);
  EXPECT_NE(expectations(open_lab), "");
}

}  // namespace
}  // namespace pinhole::test
