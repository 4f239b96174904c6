// The list of open pinholes, as the real kernel has it.

#include <algorithm>

#include "tracker_lab.hpp"

namespace pinhole::test {
namespace {

using alg::Listed;
using alg::Opened;

/// Each with a session of the world's own family and one of IPv6.
class TrackerListKernel : public TrackerTest {
 protected:
  static Listed listed(const alg::NatView& view, const alg::Pinhole& pinhole) {
    return {view.key(Side::client), pinhole.from, pinhole.to};
  }
  /// In whatever order the kernel has them.
  bool lists(std::vector<Listed> expected) {
    const auto found = tracker_->list();
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
  ASSERT_EQ(tracker_->open(one.view, one_hole), Opened::yes);
  EXPECT_TRUE(lists({listed(one.view, one_hole)}));
  ASSERT_EQ(tracker_->open(two.view, two_hole), Opened::yes);
  EXPECT_TRUE(lists({listed(one.view, one_hole), listed(two.view, two_hole)}));
  tracker_->close(one.view, one_hole);
  EXPECT_TRUE(lists({listed(two.view, two_hole)}));
}

/// More than one datagram holds.
TEST_P(TrackerListKernel, ShowsThemAll) {
  std::vector<Control> controls;
  std::vector<Listed> expected;
  for (net::Port port = 41000; port < 41050; ++port) {
    controls.push_back(control());
    const auto pinhole = passive(controls.back().view, port);
    ASSERT_EQ(tracker_->open(controls.back().view, pinhole), Opened::yes);
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
  ASSERT_EQ(tracker_->open(theirs.view, passive(theirs.view, 40015)), Opened::yes);
  ASSERT_EQ(tracker_->open(ours.view, pinhole), Opened::yes);
  const auto expectations =
      output_of("ip netns exec " + lab_->router.name() + " cat /proc/net/nf_conntrack_expect");
  ASSERT_EQ(std::count(expectations.begin(), expectations.end(), '\n'), 2) << expectations;
  EXPECT_TRUE(lists({listed(ours.view, pinhole)}));
}

INSTANTIATE_TEST_SUITE_P(Worlds, TrackerListKernel, testing::Values(kWorlds[0], kWorlds[1]), name_of);

}  // namespace
}  // namespace pinhole::test
