// The list of open pinholes, as the real kernel has it.

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <sstream>

#include "netfilter/leftovers.hpp"
#include "support/hex.hpp"
#include "tracker_lab.hpp"

namespace pinhole::test::kernel {
namespace {

using alg::Applied;
using alg::Listed;

/// Each with a session of the world's own family and one of IPv6.
class TrackerListKernel : public TrackerTest {
 protected:
  static Listed listed(const alg::NatView& view, const alg::Pinhole& pinhole) {
    return {view.key(Side::client), pinhole.from, pinhole.to};
  }
  /// In whatever order the kernel has them.
  bool lists(std::vector<Listed> expected) {
    const auto found = lookout_->list();
    return std::is_permutation(found.begin(), found.end(), expected.begin(), expected.end());
  }
};

TEST_P(TrackerListKernel, ShowsWhatIsOpen) {
  EXPECT_TRUE(lists({}));
  const auto port6 = Tcp::listening(lab_->server, endpoint("2001:db8:91::2", 21));
  const auto one = control();
  const auto two = control(port6);
  const auto one_hole = passive(one.view, 40011);
  const auto two_hole = active(two.view, 40012, 40013);
  ASSERT_EQ(open(one.view, one_hole), Applied::all);
  EXPECT_TRUE(lists({listed(one.view, one_hole)}));
  ASSERT_EQ(open(two.view, two_hole), Applied::all);
  EXPECT_TRUE(lists({listed(one.view, one_hole), listed(two.view, two_hole)}));
  tracker_->close(one.view, one_hole);
  EXPECT_TRUE(lists({listed(two.view, two_hole)}));
}

TEST_P(TrackerListKernel, WhatAnEarlierGatewayLeftIsRemoved) {
  const auto left = control();
  ASSERT_EQ(open(left.view, passive(left.view, 40011)), Applied::all);
  const auto others = control();
  const auto hole = passive(others.view, 40012);
  ASSERT_EQ(open(others.view, hole), Applied::all);
  const net::Port port = left.view.dialed.port;
  EXPECT_EQ(netfilter::close_leftovers(*lookout_, *tracker_,
                                       std::array<net::Port, 1>{static_cast<net::Port>(port + 1)}),
            0u);
  EXPECT_EQ(lookout_->list().size(), 2u);
  EXPECT_EQ(netfilter::close_leftovers(*lookout_, *tracker_, std::array<net::Port, 1>{port}), 2u);
  EXPECT_TRUE(lists({}));
}

/// More than one datagram holds.
TEST_P(TrackerListKernel, ShowsThemAll) {
  std::vector<Control> controls;
  std::vector<Listed> expected;
  for (net::Port port = 41000; port < 41050; ++port) {
    controls.push_back(control());
    const auto pinhole = passive(controls.back().view, port);
    ASSERT_EQ(open(controls.back().view, pinhole), Applied::all);
    expected.push_back(listed(controls.back().view, pinhole));
  }
  EXPECT_TRUE(lists(expected));
}

TEST_P(TrackerListKernel, LeavesOutWhatAnotherHelperExpects) {
  lab_->router.run(
      "iptables -w -t raw -A PREROUTING -p tcp --dport 2121 -j CT --helper ftp\n"
      "iptables -w -I FORWARD -p tcp --dport 2121 -j ACCEPT");
  const auto ftp_port = Tcp::listening(lab_->server, endpoint("198.51.100.2", 2121));
  const auto ours = control();
  const auto theirs = control(ftp_port);
  const auto pinhole = passive(ours.view, 40014);
  ASSERT_EQ(open(theirs.view, passive(theirs.view, 40015)), Applied::all);
  ASSERT_EQ(open(ours.view, pinhole), Applied::all);
  const auto expectations =
      output_of("ip netns exec " + lab_->router.name() + " cat /proc/net/nf_conntrack_expect");
  ASSERT_EQ(std::count(expectations.begin(), expectations.end(), '\n'), 2) << expectations;
  EXPECT_TRUE(lists({listed(ours.view, pinhole)}));
}

/// Puts a message before the answer to a lookout's first request: an expectation that is none of the
/// kernel's, and the end of the list.
void forge_an_answer(std::uint32_t port, bool interrupted) {
  const net::FlowKey control{endpoint("10.91.0.2", 40552), endpoint("198.51.100.2", 21)};
  const netfilter::Expectation none{control, {control.source, endpoint("198.51.100.2", 40016)}, {}, {}};
  const auto request = netfilter::expectation_new(none);
  std::vector<std::uint8_t> entry(request.bytes().begin(), request.bytes().end());
  for (const auto byte : from_hex("08000500 00000001 09000600 73616e65 00000000")) entry.push_back(byte);
  nlmsghdr header{static_cast<std::uint32_t>(entry.size()), NFNL_SUBSYS_CTNETLINK_EXP << 8,
                  static_cast<std::uint16_t>(NLM_F_MULTI | (interrupted ? NLM_F_DUMP_INTR : 0)), 1, 0};
  std::memcpy(entry.data(), &header, sizeof header);
  const struct {
    nlmsghdr header;
    int error;
  } done{{sizeof done, NLMSG_DONE, NLM_F_MULTI, 1, 0}, 0};
  const auto* end = reinterpret_cast<const std::uint8_t*>(&done);
  entry.insert(entry.end(), end, end + sizeof done);
  sockaddr_nl lookout{AF_NETLINK, 0, port, 0};
  const int forger = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  const auto sent =
      sendto(forger, entry.data(), entry.size(), 0, reinterpret_cast<sockaddr*>(&lookout), sizeof lookout);
  EXPECT_EQ(sent, static_cast<ssize_t>(entry.size()));
  close(forger);
}

/// The only socket for netfilter in this namespace.
std::uint32_t port_of_lookout() {
  std::ifstream sockets("/proc/thread-self/net/netlink");
  std::string line;
  std::uint32_t found = 0;
  while (std::getline(sockets, line)) {
    std::string address;
    int protocol = -1;
    std::uint32_t port = 0;
    std::istringstream(line) >> address >> protocol >> port;
    if (protocol == NETLINK_NETFILTER && port != 0) found = port;
  }
  return found;
}

TEST_P(TrackerListKernel, AsksAgainWhenTheTableChanged) {
  tracker_.reset();  // the lookout's is the only socket now
  lab_->router.in([] { forge_an_answer(port_of_lookout(), false); });
  EXPECT_EQ(lookout_->list().size(), 1u) << "the forger's work is bad";
  lab_->router.in([&] {
    lookout_.reset();
    lookout_.emplace();
    forge_an_answer(port_of_lookout(), true);
  });
  EXPECT_TRUE(lists({}));
}

INSTANTIATE_TEST_SUITE_P(Worlds, TrackerListKernel, testing::Values(kWorlds[0], kWorlds[1]), name_of);

}  // namespace
}  // namespace pinhole::test::kernel
