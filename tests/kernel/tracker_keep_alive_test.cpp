// A silent control connection's entry, kept in the real kernel while its data connection is there.

#include <sys/socket.h>

#include <thread>

#include "tracker_lab.hpp"

namespace pinhole::test::kernel {
namespace {

using alg::Applied;
using std::chrono::seconds;

class TrackerKeepAliveKernel : public TrackerTest {
 protected:
  struct Data {
    Tcp client;
    Tcp server;
  };

  /// How long connections that begin from now on may be silent.
  void silence(int limit) {
    lab_->router.run("echo " + std::to_string(limit) +
                     " >/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established");
  }
  seconds left(const Control& session) {
    return lab_->router.in([&] {
      netfilter::MnlSocket socket;
      auto question = netfilter::conntrack_get(session.view.key(Side::client));
      const auto found = netfilter::parse_connection(socket.ask(question).data);
      EXPECT_TRUE(found && found->timeout);
      return found ? found->timeout.value_or(seconds(-1)) : seconds(-1);
    });
  }
  Data transfer(const Control& session, const alg::Pinhole& pinhole) {
    const auto port = Tcp::listening(lab_->server, pinhole.forward_to);
    EXPECT_EQ(open(session.view, pinhole), Applied::all);
    auto client = Tcp::connected(lab_->client, pinhole.to);
    EXPECT_TRUE(client.ok());
    return {std::move(client), port.accept()};
  }
};

TEST_P(TrackerKeepAliveKernel, ProlongsALowTimeout) {
  silence(60);
  const auto session = control();
  const auto pinhole = passive(session.view, 40031);
  const auto data = transfer(session, pinhole);
  ASSERT_LE(left(session), seconds(60));
  EXPECT_TRUE(keep_alive(session.view, pinhole, true));
  EXPECT_GT(left(session), seconds(280));
  EXPECT_LE(left(session), seconds(300));
}

TEST_P(TrackerKeepAliveKernel, DoesSoForActiveModeToo) {
  silence(60);
  const auto session = control();
  const auto pinhole = active(session.view, 40032, 40033);
  const auto port = Tcp::listening(lab_->client, pinhole.forward_to);
  auto dialed = pinhole;
  if (!session.view.nated()) dialed.to.port = 40032;
  ASSERT_EQ(open(session.view, dialed), Applied::all);
  const auto data = Tcp::connected(lab_->server, dialed.to);
  ASSERT_TRUE(data.ok());
  EXPECT_TRUE(keep_alive(session.view, dialed, true));
  EXPECT_GT(left(session), seconds(280));
}

TEST_P(TrackerKeepAliveKernel, LeavesAHighTimeoutAlone) {
  silence(600);
  const auto session = control();
  const auto pinhole = passive(session.view, 40034);
  const auto data = transfer(session, pinhole);
  EXPECT_TRUE(keep_alive(session.view, pinhole, true));
  EXPECT_GT(left(session), seconds(580));
}

TEST_P(TrackerKeepAliveKernel, ChangesNothingWhereNobodyCame) {
  silence(60);
  const auto session = control();
  const auto pinhole = passive(session.view, 40035);
  ASSERT_EQ(open(session.view, pinhole), Applied::all);
  EXPECT_FALSE(keep_alive(session.view, pinhole, true));
  EXPECT_LE(left(session), seconds(60));
}

TEST_P(TrackerKeepAliveKernel, CountsOnlyItsOwnDataConnection) {
  silence(60);
  const auto one = control();
  const auto two = control();
  const auto pinhole = passive(one.view, 40036);  // of either: they join the same hosts
  const auto data = transfer(two, pinhole);
  EXPECT_FALSE(keep_alive(one.view, pinhole, true));
  EXPECT_FALSE(keep_alive(two.view, passive(two.view, 40037), true));
  auto from_elsewhere = pinhole;
  from_elsewhere.from = two.view.server.address;
  EXPECT_FALSE(keep_alive(two.view, from_elsewhere, true));
  EXPECT_LE(left(one), seconds(60));
  EXPECT_LE(left(two), seconds(60));
  EXPECT_TRUE(keep_alive(two.view, pinhole, true));
  EXPECT_FALSE(keep_alive(one.view, pinhole, true)) << "now that it was seen";
}

TEST_P(TrackerKeepAliveKernel, EndsWithAReset) {
  silence(60);
  const auto session = control();
  const auto pinhole = passive(session.view, 40038);
  {
    const auto data = transfer(session, pinhole);
    EXPECT_TRUE(keep_alive(session.view, pinhole, true));
  }
  EXPECT_FALSE(keep_alive(session.view, pinhole, true));
}

TEST_P(TrackerKeepAliveKernel, EndsWithBothSidesFin) {
  silence(60);
  const auto session = control();
  const auto pinhole = passive(session.view, 40039);
  const auto data = transfer(session, pinhole);
  shutdown(data.server.descriptor(), SHUT_WR);
  EXPECT_EQ(data.client.receive(), "");
  EXPECT_TRUE(keep_alive(session.view, pinhole, true)) << "the client may still be sending";
  shutdown(data.client.descriptor(), SHUT_WR);
  EXPECT_EQ(data.server.receive(), "");
  EXPECT_FALSE(keep_alive(session.view, pinhole, true));
}

/// It comes from another port than the one that was seen.
TEST_P(TrackerKeepAliveKernel, FindsTheNextOneThroughTheSamePinhole) {
  const auto session = control();
  const auto pinhole = passive(session.view, 40041);
  for (int i = 0; i < 3; ++i) {
    const auto data = transfer(session, pinhole);
    EXPECT_TRUE(keep_alive(session.view, pinhole, true));
    EXPECT_TRUE(keep_alive(session.view, pinhole, false));
  }
  // The last one's sockets are closed; their FINs may still be on their way.
  bool there = true;
  for (int tries = 0; there && tries < 40; ++tries) {
    there = keep_alive(session.view, pinhole, true);
    if (there) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_FALSE(there);
}

/// It was there, and is gone: what came since is another one, and nobody asked to search for it.
TEST_P(TrackerKeepAliveKernel, SearchesOnlyIfAsked) {
  const auto session = control();
  const auto pinhole = passive(session.view, 40042);
  {
    const auto data = transfer(session, pinhole);
    EXPECT_TRUE(keep_alive(session.view, pinhole, true));
  }
  const auto data = transfer(session, pinhole);
  EXPECT_FALSE(keep_alive(session.view, pinhole, false));
  EXPECT_TRUE(keep_alive(session.view, pinhole, true));
}

/// What makes the search cheap; that the answer is right does not hang on it.
TEST_P(TrackerKeepAliveKernel, TheKernelsFilterSparesOtherPorts) {
  const auto session = control();
  const auto pinhole = passive(session.view, 40040);
  const auto data = transfer(session, pinhole);
  const auto expectation = netfilter::expectation_for(session.view, pinhole);
  lab_->router.in([&] {
    netfilter::MnlSocket socket;
    std::vector<net::FlowKey> found;
    const auto keep = [&](std::span<const std::uint8_t> message) {
      const auto connection = netfilter::parse_connection(message);
      if (connection) found.push_back(connection->orig);
    };
    auto one_port = netfilter::conntrack_dump(expectation.tuple);
    EXPECT_EQ(socket.dump(one_port, keep).error, 0);
    EXPECT_EQ(found, (std::vector<net::FlowKey>{{data.client.local(), pinhole.to}}));
    found.clear();
    auto everything = netfilter::conntrack_dump(expectation.tuple.source.address.family());
    EXPECT_EQ(socket.dump(everything, keep).error, 0);
    EXPECT_EQ(found.size(), 2u) << "the control connection as well";
  });
}

INSTANTIATE_TEST_SUITE_P(Worlds, TrackerKeepAliveKernel, testing::ValuesIn(kWorlds), name_of);

}  // namespace
}  // namespace pinhole::test::kernel
