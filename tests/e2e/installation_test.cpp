// Rules of others, beside ours: another helper, zones, connections that conntrack is kept from. What works
// without Pinhole works with it, and it says why it does nothing.

#include <csignal>

#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

class Installation : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override { enter("closed"); }
  void TearDown() override {
    if (site_ != nullptr) clear();
  }
  void enter(const std::string& fail, const std::string& topology = "masquerade") {
    if (site_ != nullptr) clear();
    site_ = Site::at({.topology = topology, .fail = fail});
    PINHOLE_NEEDS(site_);
  }

  const Lab& lab() const { return site_->lab(); }
  Gateway& gateway() { return site_->gateway(); }
  const std::string& address(std::string_view of) const { return lab().address(of, GetParam()); }

  void in_router(const std::string& script) {
    const auto done = run(lab().in(Role::router, {"sh", "-c", script}), kPatience);
    EXPECT_EQ(done.status, 0) << script << ": " << done.errors;
  }
  /// A rule before ours, in the raw table, for what matches.
  void first(const std::string& match, const std::string& target) {
    in_router(tables() + " -w -t raw -I PREROUTING -p tcp " + match + " -j " + target);
  }
  /// The firewall lets pass what matches.
  void admit(const std::string& match) { in_router("nft insert rule inet lab forward " + match + " accept"); }

  std::optional<Socket> connect() { return dial(lab(), Role::client, {address("dialed"), 21}, kImpatience); }
  Listener serve() { return {lab(), Role::server, {address("server"), 21}}; }

 private:
  std::string tables() const { return GetParam() == Family::ipv4 ? "iptables" : "ip6tables"; }
  void clear() {
    in_router(tables() +
              " -w -t raw -S PREROUTING | grep -v PINHOLE | sed -n 's/^-A/-D/p' | while read -r rule; do " +
              tables() + " -w -t raw $rule; done");
    in_router(
        "nft -a list chain inet lab forward | sed -n 's/.*accept # handle/handle/p' | head -n -2 |"
        " while read -r rule; do nft delete rule inet lab forward $rule; done");
  }

  Site* site_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Over, Installation, testing::Values(Family::ipv4, Family::ipv6),
                         [](const auto& each) {
                           return std::string(each.param == Family::ipv4 ? "ipv4" : "ipv6");
                         });

TEST_P(Installation, another_helper_does_its_work_alone) {
  first("--dport 21", "CT --helper ftp");
  admit("ct helper \"ftp\" ct state related");
  LabConversation talk(lab(), GetParam());
  talk.log_in();
  const auto negotiated = negotiate(lab(), GetParam(), talk, active_mode(GetParam()));
  ASSERT_NE(negotiated, nullptr);
  EXPECT_TRUE(data_passes(lab(), *negotiated));
  EXPECT_TRUE(gateway().wait_for_log("other-helper"));
}

TEST_P(Installation, a_zone_is_blocked_and_said) {
  expect_waits("a handshake that is not answered is repeated");
  first("", "CT --zone 5");
  const auto listener = serve();
  EXPECT_FALSE(connect());
  EXPECT_TRUE(gateway().wait_for_log("hidden-connection"));
}

TEST_P(Installation, a_zone_passes_where_the_gateway_fails_open) {
  enter("open");
  first("", "CT --zone 5");
  LabConversation talk(lab(), GetParam());
  talk.log_in();
  EXPECT_TRUE(gateway().wait_for_log("hidden-connection"));
}

/// It was established while there were no rules.
TEST_P(Installation, an_established_connection_in_a_zone_is_blocked_and_said) {
  expect_waits("what is blocked is repeated");
  first("", "CT --zone 5");
  gateway().rules().down();
  LabConversation talk(lab(), GetParam());
  gateway().rules().up();
  talk.client().send("USER a\r\n");
  EXPECT_EQ(talk.server().line(kImpatience), std::nullopt);
  EXPECT_TRUE(gateway().wait_for_log("hidden-connection"));
}

TEST_P(Installation, an_established_connection_in_a_zone_passes_where_the_gateway_fails_open) {
  enter("open");
  first("", "CT --zone 5");
  gateway().rules().down();
  LabConversation talk(lab(), GetParam());
  gateway().rules().up();
  talk.log_in();
  EXPECT_TRUE(gateway().wait_for_log("hidden-connection"));
}

/// And a gateway that does not know of it.
TEST_P(Installation, an_established_connection_that_conntrack_forgot_passes) {
  LabConversation talk(lab(), GetParam());
  talk.log_in();
  gateway().end(SIGTERM);
  gateway().start();
  in_router("conntrack -F 2>/dev/null");
  EXPECT_EQ(talk.to_server("NOOP"), "NOOP");
  EXPECT_EQ(talk.to_client("200 ok"), "200 ok");
}

/// As where each direction takes its own way: conntrack sees answers only.
TEST_P(Installation, a_connection_without_an_entry_passes) {
  enter("closed", "routed");
  first("--dport 21", "CT --notrack");
  admit("tcp dport 21");
  admit("tcp sport 21");
  LabConversation talk(lab(), GetParam());
  talk.log_in();
  EXPECT_EQ(talk.to_server("NOOP"), "NOOP");
}

}  // namespace
}  // namespace pinhole::test
