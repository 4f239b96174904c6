// A server whose data are on another host, as in a cluster: what it announces is reached where the key
// data-nodes lists it.

#include "way.hpp"

namespace pinhole::test {
namespace {

/// Another address of the same network.
std::string neighbour_of(const std::string& address) {
  return address.substr(0, address.rfind('.') + 1) + "77";
}

class DataNodes : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    Lab probe(GetParam());
    node_ = neighbour_of(probe.address("server"));
    translated_ = probe.address("server") != probe.address("dialed");
    public_ = translated_ ? neighbour_of(probe.address("dialed")) : node_;
  }
  /// The lab, with the node in it; `list` is the key's value.
  void enter(const std::string& list) {
    site_ = Site::at({.topology = GetParam(), .more = {"--data-nodes", list}});
    PINHOLE_NEEDS(site_);
    in(Role::server, "ip addr replace " + node_ + "/24 dev eth0");
    if (translated_) {
      in(Role::router, "ip addr replace " + public_ + "/32 dev lo");
      in(Role::router, "iptables -t nat -C PREROUTING -d " + public_ + " -j DNAT --to " + node_ +
                           " 2>/dev/null || iptables -t nat -I PREROUTING -d " + public_ + " -j DNAT --to " +
                           node_);
    }
    talk_ = std::make_unique<LabConversation>(site_->lab(), Family::ipv4);
    talk_->log_in();
    port_.emplace(site_->lab(), Role::server, Address{node_, 0});
  }
  void in(Role role, const std::string& command) const {
    const auto done = run(site_->lab().in(role, {"sh", "-c", command}), Milliseconds{5'000});
    ASSERT_EQ(done.status, 0) << command << ": " << done.errors;
  }
  /// What the client reads where the server names the node.
  std::string announced() {
    EXPECT_EQ(talk_->to_server("PASV"), "PASV");
    const Address at{node_, port_->local().port};
    return talk_->to_client("227 there (" + comma_form(at) + ").").value_or("(nothing)");
  }
  bool passes(const Address& to) const {
    const auto caller = dial(site_->lab(), Role::client, to, kImpatience);
    return caller && port_->accept();
  }

  std::string node_, public_;
  bool translated_ = false;
  Site* site_ = nullptr;
  std::unique_ptr<LabConversation> talk_;
  std::optional<Listener> port_;
};

INSTANTIATE_TEST_SUITE_P(In, DataNodes, testing::Values("routed", "masquerade", "dnat", "both"));

TEST_P(DataNodes, are_announced_and_reached) {
  enter(translated_ ? node_ + "=" + public_ : node_);
  if (IsSkipped() || HasFatalFailure()) return;
  const auto line = announced();
  const Address expected{public_, port_->local().port};
  EXPECT_EQ(announced_in(line), expected) << line;
  EXPECT_TRUE(passes(expected)) << site_->gateway().log();
  EXPECT_EQ(talk_->to_server("NOOP"), "NOOP");  // behind which it is known
  EXPECT_FALSE(passes(expected)) << "a second time";
}

TEST_P(DataNodes, are_refused_where_nobody_can_dial_them) {
  if (!translated_) return;
  enter(node_);
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_TRUE(announced().starts_with("425 "));
  EXPECT_FALSE(passes({public_, port_->local().port}));
}

TEST_P(DataNodes, that_are_not_listed_are_not_reached) {
  enter(neighbour_of("9.9.9.9"));
  if (IsSkipped() || HasFatalFailure()) return;
  const Address dialed{site_->lab().address("dialed"), port_->local().port};
  EXPECT_EQ(announced_in(announced()), dialed) << "the client is told the address that it dialed";
  EXPECT_FALSE(passes({public_, port_->local().port}));
}

}  // namespace
}  // namespace pinhole::test
