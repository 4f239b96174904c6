// Conntrack labels of the real kernel: written by rules and by the tracker, read by both.

#include "netfilter/distrust.hpp"
#include "tracker_lab.hpp"

namespace pinhole::test::kernel {
namespace {

using alg::Applied;
using alg::Labels;
using Label = Labels::State;

class TrackerLabelsKernel : public TrackerTest {
 protected:
  /// As the rules of pinhole-iptables do it; the numbers are those of rules/common.
  void label_new_connections() {
    rule("-p tcp --syn -m conntrack --ctstate NEW -m connlabel --label 118 --set");
  }
  void rule(const std::string& text) { lab_->router.run(iptables() + "-t mangle -A PREROUTING " + text); }
  std::optional<Labels> labels(const Control& session) {
    const auto view = tracker_->lookup(session.view.key(Side::client));
    return view ? view->labels : std::nullopt;
  }
  Applied write(const Control& session, const Labels& labels) {
    return tracker_->apply(session.view, {.labels = labels});
  }
};

TEST_P(TrackerLabelsKernel, AnEntryHasRoomIfARuleSetsOne) {
  label_new_connections();
  EXPECT_EQ(labels(control()), (Labels{.fresh = true}));
}

TEST_P(TrackerLabelsKernel, AndHasNoneOtherwise) {
  const auto session = control();
  EXPECT_EQ(labels(session), std::nullopt);
  EXPECT_EQ(write(session, {.state = Label::login}), Applied::refused);
  EXPECT_EQ(labels(session), std::nullopt);
}

TEST_P(TrackerLabelsKernel, WhatIsWrittenTakesThePlaceOfWhatWasThere) {
  label_new_connections();
  const auto session = control();
  for (const auto state :
       {Label::greeting, Label::login, Label::authorized, Label::encrypted, Label::not_ftp}) {
    const Labels written{.epsv_all = state == Label::authorized, .state = state};
    ASSERT_EQ(write(session, written), Applied::all);
    EXPECT_EQ(labels(session), written);
  }
}

/// Whoever writes what he has heard does not take back that something passed unheard.
TEST_P(TrackerLabelsKernel, UnreadNeverComesOff) {
  label_new_connections();
  rule("-p tcp -m connlabel --label 118 -m length --length 100: -m connlabel --label 119 --set");
  const auto session = control();
  session.client.send(std::string(100, 'a'));
  EXPECT_EQ(session.server.receive(), std::string(100, 'a'));
  EXPECT_EQ(labels(session), (Labels{.fresh = true, .unread = true}));
  ASSERT_EQ(write(session, {.state = Label::authorized}), Applied::all);
  EXPECT_EQ(labels(session), (Labels{.unread = true, .state = Label::authorized}));
}

TEST_P(TrackerLabelsKernel, DistrustMarksWhatIsNotSettled) {
  label_new_connections();
  const auto fresh = control(), logged_in = control();
  ASSERT_EQ(write(logged_in, {.state = Label::authorized}), Applied::all);
  const auto distrust = [&](net::Port port) {
    std::size_t marked = 0;
    lab_->router.in([&] { marked = netfilter::distrust({&port, 1}); });
    return marked;
  };
  EXPECT_EQ(distrust(2121), 0u) << "other connections";
  EXPECT_EQ(labels(fresh), (Labels{.fresh = true}));
  EXPECT_EQ(distrust(21), 1u);
  EXPECT_EQ(labels(fresh), (Labels{.fresh = true, .unread = true}));
  EXPECT_EQ(labels(logged_in), (Labels{.state = Label::authorized}));
}

TEST_P(TrackerLabelsKernel, TheHandshakeIsOverWhenBothEndsAreConnected) {
  const auto view = tracker_->lookup(control().view.key(Side::client));
  ASSERT_TRUE(view.has_value());
  EXPECT_FALSE(view->opening);
}

INSTANTIATE_TEST_SUITE_P(Worlds, TrackerLabelsKernel, testing::ValuesIn(kWorlds), name_of);

}  // namespace
}  // namespace pinhole::test::kernel
