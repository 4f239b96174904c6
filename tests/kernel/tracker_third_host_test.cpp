// A pinhole that leads to a third host, in the real kernel: the server sends to a neighbour of the client's.

#include "tracker_lab.hpp"

namespace pinhole::test::kernel {
namespace {

using alg::Applied;

/// The router's filter lets data connections pass as the rules tell an administrator to.
class TrackerThirdHostKernel : public TrackerTest {
 protected:
  void SetUp() override {
    TrackerTest::SetUp();
    if (IsSkipped()) return;
    // Deprecated: not to be chosen for what the client itself begins.
    lab_->client.run("ip addr add " + third_.to_string() + (v4() ? "/24" : "/64") +
                     " dev eth0 preferred_lft 0 nodad");
    lab_->router.run(iptables() + "-R FORWARD 2 -m conntrack --ctstate ESTABLISHED -j ACCEPT\n" + iptables() +
                     "-I FORWARD 3 -m conntrack --ctstate RELATED -m helper --helper sane -j ACCEPT");
  }

  const net::IpAddress third_ = *net::IpAddress::parse(v4() ? "10.91.0.3" : "fd91::3");
};

TEST_P(TrackerThirdHostKernel, ReachesIt) {
  const auto session = control();
  ASSERT_NE(session.view.client.address, third_);
  const net::Endpoint goal{third_, 40021};
  const auto data_port = Tcp::listening(lab_->client, goal);
  EXPECT_FALSE(Tcp::connected(lab_->server, goal).ok()) << "the router does not guard";
  const alg::Pinhole pinhole{Side::server, session.view.server.address, goal, goal};
  ASSERT_EQ(open(session.view, pinhole), Applied::all);
  const auto data = Tcp::connected(lab_->server, goal);
  ASSERT_TRUE(data.ok());
  const auto arrived = data_port.accept();
  ASSERT_TRUE(arrived.ok());
  EXPECT_EQ(arrived.peer(), data.local());
  EXPECT_TRUE(keep_alive(session.view, pinhole, true));
}

TEST_P(TrackerThirdHostKernel, ReachesItThroughTheRoutersRules) {
  const net::Endpoint published{*net::IpAddress::parse(v4() ? "198.51.100.1" : "2001:db8:91::1"), 40022};
  const net::Endpoint goal{third_, 40023};
  lab_->router.run(iptables() + "-t nat -A PREROUTING -d " + published.address.to_string() +
                   " -p tcp --dport 40022 -j DNAT --to-destination " + goal.to_string());
  const auto session = control();
  ASSERT_NE(session.view.client.address, third_);
  const auto data_port = Tcp::listening(lab_->client, goal);
  EXPECT_FALSE(Tcp::connected(lab_->server, published).ok()) << "the router does not guard";
  const alg::Pinhole pinhole{Side::server, session.view.server.address, published, goal};
  ASSERT_EQ(open(session.view, pinhole), Applied::all);
  const auto data = Tcp::connected(lab_->server, published);
  ASSERT_TRUE(data.ok());
  EXPECT_TRUE(data_port.accept().ok());
}

INSTANTIATE_TEST_SUITE_P(Worlds, TrackerThirdHostKernel, testing::ValuesIn(kWorlds), name_of);

}  // namespace
}  // namespace pinhole::test::kernel
