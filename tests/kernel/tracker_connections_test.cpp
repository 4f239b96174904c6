// What the real kernel has of data connections: pinholes that outlast what comes first through them, whose
// connection one is, and how it is forgotten. And the copies by which the gateway learns of them.

#include "netfilter/packet_copies.hpp"
#include "tracker_lab.hpp"

namespace pinhole::test::kernel {
namespace {

using alg::Applied;
using Pinholes = netfilter::CtnetlinkTracker::Pinholes;

class DataConnectionsKernel : public TrackerTest {
 protected:
  void begin(Pinholes pinholes) {
    lab_->router.in([&] { tracker_.emplace(listener_, pinholes); });
    control_.emplace(control());
    hole_ = passive(control_->view, 40011);
    listener_port_.emplace(Tcp::listening(lab_->server, hole_.forward_to));
    ASSERT_EQ(open(control_->view, hole_), Applied::all);
  }
  Tcp connect() { return Tcp::connected(lab_->client, hole_.to); }
  static net::FlowKey key(const Tcp& connection) { return {connection.local(), connection.peer()}; }

  std::optional<Control> control_;
  std::optional<Tcp> listener_port_;
  alg::Pinhole hole_;
};

TEST_P(DataConnectionsKernel, APinholeLastsUntilItIsClosed) {
  begin(Pinholes::last_until_closed);
  EXPECT_TRUE(connect().ok());
  EXPECT_TRUE(connect().ok());
  EXPECT_TRUE(tracker_->close(control_->view, hole_));
  EXPECT_FALSE(connect().ok());
}

TEST_P(DataConnectionsKernel, OrEndsWithItsFirstPacket) {
  begin(Pinholes::end_with_first_packet);
  EXPECT_TRUE(connect().ok());
  EXPECT_FALSE(connect().ok());
}

TEST_P(DataConnectionsKernel, HaveTheControlConnectionForAMaster) {
  begin(Pinholes::last_until_closed);
  const auto data = connect();
  ASSERT_TRUE(data.ok());
  EXPECT_EQ(tracker_->master_of(key(data)), control_->view.key(Side::client));
  EXPECT_EQ(tracker_->master_of(control_->view.key(Side::client)), std::nullopt) << "it has none itself";
  EXPECT_EQ(tracker_->master_of({endpoint(GetParam().client, 1), hole_.to}), std::nullopt);
}

TEST_P(DataConnectionsKernel, PassNothingMoreOnceCutOff) {
  begin(Pinholes::last_until_closed);
  const auto data = connect();
  const auto other = connect();
  const auto at_server = listener_port_->accept();
  ASSERT_TRUE(data.ok() && other.ok() && at_server.ok());
  auto stranger = control_->view;
  stranger.client.port ^= 1;
  EXPECT_FALSE(tracker_->cut(stranger, key(data))) << "it is not that session's";
  EXPECT_FALSE(tracker_->cut(control_->view, control_->view.key(Side::client)));
  tracker_->close(control_->view, hole_);  // else it would let the rest of the connection pass as another
  ASSERT_TRUE(tracker_->cut(control_->view, key(data)));
  EXPECT_FALSE(tracker_->cut(control_->view, key(data)));
  data.send("too late");
  EXPECT_EQ(at_server.receive(std::chrono::milliseconds(200)), "");
  other.send("in time");
  EXPECT_EQ(listener_port_->accept().receive(), "in time");
}

INSTANTIATE_TEST_SUITE_P(Worlds, DataConnectionsKernel, testing::ValuesIn(kWorlds), name_of);

class PacketCopiesKernel : public testing::Test {
 protected:
  void SetUp() override {
    static const auto obstacle = why_no_namespaces();
    if (obstacle) GTEST_SKIP() << *obstacle;
    lab_.emplace(Nat::none);
  }
  std::optional<Lab> lab_;
};

TEST_F(PacketCopiesKernel, ComeWholeAndAreThereWithThePacket) {
  lab_->router.in([&] {
    netfilter::PacketCopies copies(2100);
    EXPECT_TRUE(copies.receive().empty());
    lab_->router.run("iptables -t mangle -A PREROUTING -p tcp --dport 4000 -j NFLOG --nflog-group 2100");
    const auto port = Tcp::listening(lab_->router, endpoint("10.91.0.1", 4000));
    const auto client = Tcp::connected(lab_->client, endpoint("10.91.0.1", 4000));
    ASSERT_TRUE(client.ok());
    std::size_t count = 0;
    for (auto packets = copies.receive(); !packets.empty(); packets = copies.receive()) {
      for (const auto packet : packets) {
        const auto segment = net::TcpSegment::parse(packet);
        ASSERT_TRUE(std::holds_alternative<net::TcpSegment>(segment));
        EXPECT_EQ(std::get<net::TcpSegment>(segment).source(), client.local());
        ++count;
      }
    }
    EXPECT_GE(count, 1u) << "the SYN; an ACK may be on its way";
  });
}

TEST_F(PacketCopiesKernel, GoToOneProgramOnly) {
  lab_->router.in([&] {
    const netfilter::PacketCopies first(2100);
    try {
      const netfilter::PacketCopies second(2100);
      ADD_FAILURE() << "two have the same group";
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code().value(), EBUSY);
    }
    const netfilter::PacketCopies other(2101);
  });
}

}  // namespace
}  // namespace pinhole::test::kernel
