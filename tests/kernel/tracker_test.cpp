// The tracker against the real kernel: a control connection across a router, and data connections through it.

#include "tracker_lab.hpp"

namespace pinhole::test::kernel {
namespace {

using alg::Applied;
using alg::Side;

using TrackerKernel = TrackerTest;

TEST_P(TrackerKernel, FindsAConnectionByEitherTuple) {
  const auto session = control();
  EXPECT_EQ(session.view.client, session.client.local());
  EXPECT_EQ(session.view.dialed, session.client.peer());
  EXPECT_EQ(session.view.server, session.server.local());
  EXPECT_EQ(session.view.seen, session.server.peer());
  const auto from_server = tracker_->lookup(session.view.key(Side::server));
  ASSERT_TRUE(from_server);
  EXPECT_EQ(from_server->nat.id, session.view.id);
  EXPECT_EQ(from_server->nat.client, session.view.client);
  EXPECT_NE(session.view.id, 0u);
}

TEST_P(TrackerKernel, KnowsNoOtherConnection) {
  EXPECT_FALSE(tracker_->lookup({endpoint("10.91.0.2", 1), endpoint("198.51.100.2", 21)}));
}

TEST_P(TrackerKernel, OpensAnActivePinholeOnce) {
  const auto session = control();
  const auto data_port = Tcp::listening(lab_->client, endpoint(GetParam().client, 40001));
  const auto hole = active(session.view, 40001, 45001);
  const net::Port to_port = session.view.nated() ? 45001 : 40001;
  auto pinhole = hole;
  pinhole.to.port = to_port;
  EXPECT_FALSE(Tcp::connected(lab_->server, pinhole.to).ok()) << "the router does not guard";
  ASSERT_EQ(open(session.view, pinhole), Applied::all);
  const auto data = Tcp::connected(lab_->server, pinhole.to);
  ASSERT_TRUE(data.ok());
  const auto arrived = data_port.accept();
  ASSERT_TRUE(arrived.ok());
  EXPECT_EQ(arrived.peer().address, session.view.dialed.address);
  EXPECT_FALSE(Tcp::connected(lab_->server, pinhole.to).ok()) << "one pinhole, two connections";
}

/// Masquerading towards the client, which the control connection did not meet, would change the server's
/// address.
TEST_P(TrackerKernel, NoNatRuleTouchesADataConnection) {
  const bool v4 = std::string_view(GetParam().client).find('.') != std::string_view::npos;
  lab_->router.run((v4 ? "iptables" : "ip6tables") +
                   std::string(" -w -t nat -A POSTROUTING -o inside -j MASQUERADE"));
  const auto session = control();
  const auto data_port = Tcp::listening(lab_->client, endpoint(GetParam().client, 40009));
  const auto pinhole = active(session.view, 40009, 40009);
  ASSERT_EQ(open(session.view, pinhole), Applied::all);
  const auto data = Tcp::connected(lab_->server, pinhole.to);
  ASSERT_TRUE(data.ok());
  const auto arrived = data_port.accept();
  ASSERT_TRUE(arrived.ok());
  EXPECT_EQ(arrived.peer().address, session.view.dialed.address);
}

TEST_P(TrackerKernel, OpensAPassivePinhole) {
  const auto session = control();
  const auto data_port = Tcp::listening(lab_->server, endpoint(GetParam().server, 40002));
  const auto pinhole = passive(session.view, 40002);
  EXPECT_FALSE(Tcp::connected(lab_->client, pinhole.to).ok()) << "the router does not guard";
  ASSERT_EQ(open(session.view, pinhole), Applied::all);
  const auto data = Tcp::connected(lab_->client, pinhole.to);
  ASSERT_TRUE(data.ok());
  const auto arrived = data_port.accept();
  ASSERT_TRUE(arrived.ok());
  EXPECT_EQ(arrived.peer().address, session.view.seen.address);
}

TEST_P(TrackerKernel, ClosesWhatItOpened) {
  const auto session = control();
  const auto data_port = Tcp::listening(lab_->server, endpoint(GetParam().server, 40003));
  const auto pinhole = passive(session.view, 40003);
  ASSERT_EQ(open(session.view, pinhole), Applied::all);
  tracker_->close(session.view, pinhole);
  EXPECT_FALSE(Tcp::connected(lab_->client, pinhole.to).ok());
  tracker_->close(session.view, pinhole);  // no error
  EXPECT_TRUE(listener_.reports.empty());
}

TEST_P(TrackerKernel, LeavesWhatAnotherHasTaken) {
  const auto one = control();
  const auto two = control();
  const auto data_port = Tcp::listening(lab_->server, endpoint(GetParam().server, 40004));
  const auto pinhole = passive(one.view, 40004);
  ASSERT_EQ(open(one.view, pinhole), Applied::all);
  EXPECT_EQ(open(two.view, pinhole), Applied::taken);
  tracker_->close(two.view, pinhole);
  EXPECT_TRUE(Tcp::connected(lab_->client, pinhole.to).ok()) << "another's pinhole was closed";
}

TEST_P(TrackerKernel, LeavesTheRoutersOwnPortsAlone) {
  const auto session = control();
  const auto data_port = Tcp::listening(lab_->client, endpoint(GetParam().client, 40012));
  const auto pinhole = active(session.view, 40012, 40012);
  if (!session.view.nated()) {  // what goes to the client never reaches the router's sockets
    const auto unconcerned =
        Tcp::listening(lab_->router, {session.view.client.address.family() == net::Family::v4
                                          ? *net::IpAddress::parse("0.0.0.0")
                                          : *net::IpAddress::parse("::"),
                                      40012});
    ASSERT_TRUE(unconcerned.ok());
    EXPECT_EQ(open(session.view, pinhole), Applied::all);
    return;
  }
  {
    const auto own = Tcp::listening(lab_->router, pinhole.to);
    ASSERT_TRUE(own.ok());
    EXPECT_EQ(open(session.view, pinhole), Applied::taken);
    EXPECT_TRUE(Tcp::connected(lab_->server, pinhole.to).ok()) << "the router's own service";
    EXPECT_EQ(open(session.view, active(session.view, 40012, 40013)), Applied::all);
  }
  EXPECT_EQ(open(session.view, pinhole), Applied::all) << "nobody listens any more";
}

TEST_P(TrackerKernel, TakesItsOwnTupleAgain) {
  const auto session = control();
  const auto data_port = Tcp::listening(lab_->server, endpoint(GetParam().server, 40005));
  const auto pinhole = passive(session.view, 40005);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(open(session.view, pinhole), Applied::all);
    const auto data = Tcp::connected(lab_->client, pinhole.to);
    ASSERT_TRUE(data.ok());
    ASSERT_TRUE(data_port.accept().ok());
    ASSERT_EQ(open(session.view, pinhole), Applied::all);
  }
}

TEST_P(TrackerKernel, ANewPinholeTakesTheOldOnesPlace) {
  const auto session = control();
  const auto old_port = Tcp::listening(lab_->server, endpoint(GetParam().server, 40006));
  const auto new_port = Tcp::listening(lab_->server, endpoint(GetParam().server, 40007));
  ASSERT_EQ(open(session.view, passive(session.view, 40006)), Applied::all);
  ASSERT_EQ(open(session.view, passive(session.view, 40007)), Applied::all);
  EXPECT_FALSE(Tcp::connected(lab_->client, passive(session.view, 40006).to).ok());
  EXPECT_TRUE(Tcp::connected(lab_->client, passive(session.view, 40007).to).ok());
}

TEST_P(TrackerKernel, ExpiresAfterItsTimeout) {
  const auto session = control();
  auto pinhole = passive(session.view, 40008);
  pinhole.timeout = std::chrono::seconds(17);
  ASSERT_EQ(open(session.view, pinhole), Applied::all);
  const auto expectations =
      output_of("ip netns exec " + lab_->router.name() + " cat /proc/net/nf_conntrack_expect");
  EXPECT_TRUE(expectations.starts_with("17 ") || expectations.starts_with("16 ")) << expectations;
}

TEST_P(TrackerKernel, ShiftsOnlyWhatIsTranslated) {
  const auto session = control();
  const stream::SeqShift client_shift{net::Seq(0xfffffff0u), 0, 3};
  const stream::SeqShift server_shift{net::Seq(77), -2, 1};
  if (!session.view.nated()) {
    EXPECT_EQ(shift(session.view, Side::client, client_shift), Applied::cannot_shift);
    return;
  }
  EXPECT_EQ(shift(session.view, Side::client, client_shift), Applied::all);
  EXPECT_EQ(shift(session.view, Side::server, server_shift), Applied::all);
  const auto now = tracker_->lookup(session.view.key(Side::server));
  ASSERT_TRUE(now);
  EXPECT_EQ(now->shift.client, client_shift);
  EXPECT_EQ(now->shift.server, server_shift);
}

TEST_P(TrackerKernel, SaysThatAHelperIsMissing) {
  lab_->router.run("iptables -w -t raw -F; ip6tables -w -t raw -F");
  const auto session = control();
  EXPECT_EQ(open(session.view, passive(session.view, 40010)), Applied::refused);
  ASSERT_EQ(listener_.reports.size(), 1u);
  EXPECT_NE(listener_.reports.front().find("no helper on this connection"), std::string::npos);
}

/// What close() relies on: an id makes sure that nobody else's expectation is deleted.
TEST_P(TrackerKernel, AnIdGuardsADeletionAndATimeoutCreatesNothing) {
  const auto session = control();
  const auto pinhole = passive(session.view, 40011);
  const auto expectation = netfilter::expectation_for(session.view, pinhole);
  lab_->router.in([&] {
    netfilter::MnlSocket socket;
    auto timeout = netfilter::expectation_timeout(expectation, std::chrono::seconds(9));
    EXPECT_EQ(socket.ask(timeout).error, ENOENT);
    ASSERT_EQ(open(session.view, pinhole), Applied::all);
    auto question = netfilter::expectation_get(expectation.tuple);
    const auto found = netfilter::parse_expectation(socket.ask(question).data);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->master, session.view.key(Side::client));
    auto wrong = netfilter::expectation_delete(expectation.tuple, found->id ^ 1);
    EXPECT_EQ(socket.ask(wrong).error, ENOENT);
    auto right = netfilter::expectation_delete(expectation.tuple, found->id);
    EXPECT_EQ(socket.ask(right).error, 0);
  });
}

INSTANTIATE_TEST_SUITE_P(Worlds, TrackerKernel, testing::ValuesIn(kWorlds), name_of);

}  // namespace
}  // namespace pinhole::test::kernel
