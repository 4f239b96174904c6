// Packets of our own back to their senders: does a TCP sender believe an acknowledgment that came past
// connection tracking?

#include "netfilter/injector.hpp"

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <thread>

#include "netfilter/ctnetlink_tracker.hpp"
#include "pinhole/net/packet_edit.hpp"
#include "queue_lab.hpp"
#include "recording_listener.hpp"
#include "tun_link.hpp"

namespace pinhole::test::kernel {
namespace {

using netfilter::Injector;

class InjectorKernel : public QueueKernel {
 protected:
  std::unique_ptr<Injector> injector() {
    return lab_->router.in([] { return std::make_unique<Injector>(); });
  }
};

std::vector<std::uint8_t> ack_for(const QueuedPacket& packet) {
  std::vector<std::uint8_t> ack;
  const auto segment = segment_of(packet);
  net::build_ack(segment, segment.payload_end(), 501, segment.timestamps(), ack);
  return ack;
}

/// Bytes sent and not yet acknowledged.
int unacknowledged(const Tcp& tcp) {
  int bytes = -1;
  ioctl(tcp.descriptor(), SIOCOUTQ, &bytes);
  return bytes;
}

bool soon_acknowledged(const Tcp& tcp) {
  for (int i = 0; i < 50 && unacknowledged(tcp) != 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return unacknowledged(tcp) == 0;
}

TEST_P(InjectorKernel, AcknowledgesLocallyPastConntrack) {
  queue_rule("PREROUTING");
  auto [client, server] = across();
  auto queue = tap();
  for (const Tcp* sender : {&client, &server}) {
    sender->send("half a li");
    const auto packet = queue.next();
    ASSERT_TRUE(packet);
    ASSERT_TRUE(injector()->send_back(*packet, ack_for(*packet)));
    queue.drop(*packet);
    EXPECT_TRUE(soon_acknowledged(*sender));
    EXPECT_FALSE(queue.next()) << "it was sent again, or our own packet was queued";
  }
}

/// The server is the router itself: its replies come through the output hook. Clients dial port 2121, and its
/// numbers are shifted; conntrack must not see our packet, whose tuple it does not know and whose numbers it
/// would shift.
TEST_P(InjectorKernel, AcknowledgesToALocalSender) {
  const bool v4 = server().find(':') == std::string::npos;
  const std::string tables = v4 ? "iptables -w " : "ip6tables -w ";
  lab_->router.run(tables + "-t raw -A PREROUTING -p tcp --dport 2121 -j CT --helper sane;" + tables +
                   "-t nat -A PREROUTING -p tcp --dport 2121 -j REDIRECT --to-ports 21;" + tables +
                   "-t mangle -A OUTPUT ! -o lo -p tcp --sport 21 -m conntrack --ctstate ESTABLISHED "
                   "-j NFQUEUE --queue-num 5 --queue-bypass;" +
                   tables + "-t raw -A OUTPUT -o lo -p tcp -m addrtype ! --src-type LOCAL -j NOTRACK");
  lab_->router.run("sysctl -qw net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.lo.rp_filter=1");  // no obstacle
  const char* inside = v4 ? "10.91.0.1" : "fd91::1";
  const auto port = Tcp::listening(lab_->router, endpoint(inside, 21));
  const auto client = Tcp::connected(lab_->client, endpoint(inside, 2121));
  const auto local = port.accept();
  ASSERT_TRUE(client.ok() && local.ok());
  auto queue = tap();
  lab_->router.in([&] {
    RecordingListener listener;
    netfilter::CtnetlinkTracker tracker(listener,
                                        netfilter::CtnetlinkTracker::Pinholes::end_with_first_packet);
    const auto flow = tracker.lookup({client.local(), client.peer()});
    ASSERT_TRUE(flow);
    const alg::Change change{{}, alg::Change::Shift{alg::Side::server, {net::Seq(0), 3, 3}}};
    ASSERT_EQ(tracker.apply(flow->nat, change), alg::Applied::all);
  });
  local.send("227 half a li");
  const auto packet = queue.next();
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->hook, 3);  // NF_INET_LOCAL_OUT
  EXPECT_EQ(packet->in_device, 0u);
  ASSERT_TRUE(injector()->send_back(*packet, ack_for(*packet))) << std::generic_category().message(errno);
  queue.drop(*packet);
  EXPECT_TRUE(soon_acknowledged(local));
  EXPECT_FALSE(queue.next()) << "it was sent again";
}

/// The client comes through a tunnel: there is no link address to send to.
TEST(TunnelKernel, AcknowledgesThroughADeviceWithoutAddresses) {
  static const auto obstacle = why_no_namespaces();
  if (obstacle) GTEST_SKIP() << *obstacle;
  if (access("/dev/net/tun", R_OK | W_OK) != 0) GTEST_SKIP() << "no /dev/net/tun";
  const Lab lab;
  const TunLink tunnel(lab.router, lab.client);
  lab.client.run("ip route add 198.51.100.2 via 10.92.0.1");
  lab.router.run(
      "iptables -w -t mangle -A PREROUTING -i tun0 -p tcp -j NFQUEUE --queue-num 5 --queue-bypass");
  const auto port = Tcp::listening(lab.server, endpoint("198.51.100.2", 21));
  const auto client = Tcp::connected(lab.client, endpoint("198.51.100.2", 21));
  const auto accepted = port.accept();
  ASSERT_TRUE(client.ok() && accepted.ok());
  auto queue = lab.router.in([] { return Tap({.number = 5}); });
  client.send("half a li");
  const auto packet = queue.next();
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->sender.length, 0);
  EXPECT_NE(packet->in_device, 0u);
  auto injector = lab.router.in([] { return std::make_unique<netfilter::Injector>(); });
  EXPECT_TRUE(injector->send_back(*packet, ack_for(*packet))) << std::generic_category().message(errno);
  queue.drop(*packet);
  EXPECT_TRUE(soon_acknowledged(client));
}

INSTANTIATE_TEST_SUITE_P(Families, InjectorKernel, testing::Values("198.51.100.2", "2001:db8:91::2"),
                         family_name);

}  // namespace
}  // namespace pinhole::test::kernel
