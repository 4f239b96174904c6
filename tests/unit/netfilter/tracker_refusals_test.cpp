// What the tracker makes of a kernel that refuses, forgets or changes meanwhile: an answer, a second try, or
// an exception where no packet can be judged any more.

#include <gtest/gtest.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "conntrack_replies.hpp"
#include "netfilter/ctnetlink_lookout.hpp"
#include "netfilter/ctnetlink_tracker.hpp"
#include "kernel/recording_listener.hpp"

namespace pinhole::test {
namespace {

using alg::Applied;
using netfilter::CtnetlinkTracker;

net::Endpoint endpoint(const char* address, net::Port port) {
  return {*net::IpAddress::parse(address), port};
}

constexpr int kNewExpectation = NFNL_SUBSYS_CTNETLINK_EXP << 8 | IPCTNL_MSG_EXP_NEW;
constexpr int kGetExpectation = NFNL_SUBSYS_CTNETLINK_EXP << 8 | IPCTNL_MSG_EXP_GET;
constexpr int kDeleteExpectation = NFNL_SUBSYS_CTNETLINK_EXP << 8 | IPCTNL_MSG_EXP_DELETE;
constexpr int kGetEntry = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
constexpr int kNewEntry = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW;

template <class Call>
int thrown_by(Call call) {
  try {
    call();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

class TrackerRefusals : public testing::Test {
 protected:
  TrackerRefusals() {
    kernel.answer({error_reply(ENOENT)});  // this machine has no sock_diag
    tracker.emplace(listener);
    lookout.emplace();
    flow.id = 7;
    flow.client = endpoint("192.168.1.10", 40000);
    flow.dialed = flow.server = endpoint("198.51.100.2", 21);
    flow.seen = endpoint("203.0.113.7", 40000);
    routed = flow;
    routed.seen = flow.client;
    pinhole.opener = alg::Side::server;
    pinhole.from = flow.server.address;
    pinhole.to = {flow.seen.address, 5000};
    pinhole.forward_to = {flow.client.address, 5000};
    pinhole.timeout = std::chrono::seconds(30);
    straight = pinhole;
    straight.to = straight.forward_to;
    seen_before = kernel.types_sent().size();
  }
  net::FlowKey tuple() const { return {{pinhole.from, 0}, pinhole.to}; }
  net::FlowKey master() const { return flow.key(alg::Side::client); }
  EntrySpec control(std::optional<std::chrono::seconds> left = {}) const {
    return {master(), {flow.server, flow.seen}, {}, left};
  }
  EntrySpec data(net::Port port = 20) const {
    const net::Endpoint server{flow.server.address, port};
    return {{server, pinhole.to}, {pinhole.forward_to, server}, master()};
  }
  /// What was asked since the tracker was made.
  std::vector<int> asked() const {
    const auto types = kernel.types_sent();
    return {types.begin() + static_cast<std::ptrdiff_t>(seen_before), types.end()};
  }
  Applied open(const alg::NatView& view, const alg::Pinhole& what) {
    return tracker->apply(view, {what, {}});
  }
  bool shift_to(const alg::NatView& view, alg::Side sender, const stream::SeqShift& to) {
    const auto applied = tracker->apply(view, {{}, alg::Change::Shift{sender, to}});
    EXPECT_TRUE(applied == Applied::all || applied == Applied::cannot_shift);
    return applied == Applied::all;
  }
  bool keep_alive(const alg::NatView& view, const alg::Pinhole& what, bool search) {
    const alg::TransferQuestion question{view, what, search};
    const auto known = lookout->recall(question);
    return known ? *known : lookout->search(question);
  }
  void acknowledge(int times = 1) {
    for (int i = 0; i < times; ++i) kernel.answer({error_reply(0)});
  }

  ScriptedKernel kernel;
  RecordingListener listener;
  std::optional<CtnetlinkTracker> tracker;
  std::optional<netfilter::CtnetlinkLookout> lookout;
  alg::NatView flow, routed;
  alg::Pinhole pinhole, straight;
  std::size_t seen_before = 0;
};

TEST_F(TrackerRefusals, LookupHasNothingOfWhatIsNotThere) {
  kernel.answer({error_reply(ENOENT)});
  EXPECT_FALSE(tracker->lookup(master()));
  kernel.answer({entry_reply(control())});
  ASSERT_TRUE(tracker->lookup(master()));
  kernel.answer({error_reply(EPERM)});
  EXPECT_EQ(thrown_by([&] { tracker->lookup(master()); }), EPERM) << "nothing can be judged any more";
}

TEST_F(TrackerRefusals, OpenSetsItsTimeoutOnceItIsThere) {
  acknowledge(2);
  EXPECT_EQ(open(flow, pinhole), Applied::all);
  EXPECT_EQ(asked(), (std::vector{kNewExpectation, kNewExpectation}));
  kernel.answer({error_reply(0)}).answer({error_reply(ENOENT)});
  EXPECT_EQ(open(flow, pinhole), Applied::all) << "it was used before its timeout was set";
}

/// A kernel without nf_nat.
TEST_F(TrackerRefusals, OpenTriesAgainWithoutNatWhereThereIsNone) {
  kernel.answer({error_reply(EINVAL)});
  acknowledge(2);
  EXPECT_EQ(open(routed, straight), Applied::all);
  EXPECT_EQ(asked(), (std::vector{kNewExpectation, kNewExpectation, kNewExpectation}));
  EXPECT_LT(kernel.sent()[seen_before + 1].size(), kernel.sent()[seen_before].size());
  EXPECT_TRUE(listener.reports.empty());

  kernel.answer({error_reply(EINVAL)}).answer({error_reply(EINVAL)});
  EXPECT_EQ(open(routed, straight), Applied::refused) << "once";
}

TEST_F(TrackerRefusals, OpenNeedsNatWhereThereIsSome) {
  kernel.answer({error_reply(EINVAL)});
  EXPECT_EQ(open(flow, pinhole), Applied::refused);
  EXPECT_EQ(asked(), std::vector{kNewExpectation});
  ASSERT_EQ(listener.reports.size(), 1u);
  EXPECT_NE(listener.reports[0].find("nf_nat"), std::string::npos) << listener.reports[0];
}

TEST_F(TrackerRefusals, OpenTakesTheirPlaceFromItsOwnLeftoversOnly) {
  kernel.answer({error_reply(EEXIST)}).answer({expectation_reply({master(), tuple()})});
  acknowledge(3);  // the removal, the second creation, the timeout
  EXPECT_EQ(open(flow, pinhole), Applied::all);
  EXPECT_EQ(asked(), (std::vector{kNewExpectation, kGetExpectation, kDeleteExpectation, kNewExpectation,
                                  kNewExpectation}));
  seen_before = kernel.types_sent().size();
  auto theirs = master();
  theirs.source.port = 40001;
  kernel.answer({error_reply(EEXIST)}).answer({expectation_reply({theirs, tuple()})});
  EXPECT_EQ(open(flow, pinhole), Applied::taken);
  EXPECT_EQ(asked(), (std::vector{kNewExpectation, kGetExpectation})) << "it is left alone";
}

TEST_F(TrackerRefusals, OpenFindsThePlaceTaken) {
  for (const int error : {EBUSY, EALREADY}) {
    kernel.answer({error_reply(error)});
    EXPECT_EQ(open(flow, pinhole), Applied::taken) << error;
  }
  kernel.answer({error_reply(EEXIST)}).answer({error_reply(ENOENT)});  // whose it was: it has gone
  EXPECT_EQ(open(flow, pinhole), Applied::taken);
  kernel.answer({error_reply(EEXIST)}).answer({expectation_reply({master(), tuple()})});
  kernel.answer({error_reply(ENOENT)});  // used before it could be removed
  EXPECT_EQ(open(flow, pinhole), Applied::taken);
  EXPECT_TRUE(listener.reports.empty());
}

TEST_F(TrackerRefusals, OpenSaysWhatTheAdministratorCanDo) {
  const std::pair<int, const char*> advice[] = {{EOPNOTSUPP, "pinhole-nft up"},
                                                {ENOENT, "no longer tracked"},
                                                {EMFILE, "nf_conntrack_expect_max"},
                                                {ENOMEM, "memory"}};
  for (const auto& [error, words] : advice) {
    listener.reports.clear();
    kernel.answer({error_reply(error)});
    EXPECT_EQ(open(flow, pinhole), Applied::refused);
    ASSERT_EQ(listener.reports.size(), 1u);
    EXPECT_NE(listener.reports[0].find(words), std::string::npos) << listener.reports[0];
    EXPECT_NE(listener.reports[0].find("203.0.113.7:5000"), std::string::npos) << listener.reports[0];
  }
}

TEST_F(TrackerRefusals, OpenThrowsWithoutThePrivilege) {
  for (const int error : {EPERM, EACCES}) {
    kernel.answer({error_reply(error)});
    EXPECT_EQ(thrown_by([&] { open(flow, pinhole); }), error);
  }
  EXPECT_TRUE(listener.reports.empty());
}

TEST_F(TrackerRefusals, ListIsTakenAgainWhileItChanges) {
  auto changed = done_reply();
  changed.flags = NLM_F_DUMP_INTR;
  kernel.answer({expectation_reply({master(), tuple()}), changed});
  kernel.answer({expectation_reply({master(), tuple()}), done_reply()});
  EXPECT_EQ(lookout->list().size(), 1u) << "not twice";
  EXPECT_TRUE(kernel.finished());

  for (int i = 0; i < 5; ++i) kernel.answer({expectation_reply({master(), tuple()}), changed});
  EXPECT_EQ(lookout->list().size(), 1u) << "it is taken as it comes";
  EXPECT_FALSE(kernel.finished()) << "the fourth time";
}

TEST_F(TrackerRefusals, ListHasOurHelpersOnly) {
  kernel.answer({expectation_reply({master(), tuple(), 1, "ftp"}),
                 expectation_reply({master(), tuple(), 2, ""}), done_reply()});
  EXPECT_TRUE(lookout->list().empty());
}

TEST_F(TrackerRefusals, ListThatFailsThrows) {
  kernel.answer({error_reply(ENOMEM)});
  EXPECT_EQ(thrown_by([&] { lookout->list(); }), ENOMEM);
}

TEST_F(TrackerRefusals, ShiftIsBelievedWhenItIsSeen) {
  const stream::SeqShift shift{net::Seq(1000), 0, -3};
  const auto answers = [&](const stream::SeqShift& client, const stream::SeqShift& server, int error = 0) {
    auto changed = error_reply(error);
    changed.request = -1;
    auto seen = control();
    seen.client_shift = client;
    seen.server_shift = server;
    kernel.answer({changed}).answer({entry_reply(seen)});
  };
  answers(shift, {});
  EXPECT_TRUE(shift_to(flow, alg::Side::client, shift));
  EXPECT_EQ(asked(), (std::vector{kNewEntry, kGetEntry}));
  EXPECT_EQ(kernel.sent().size(), seen_before + 1) << "both in one datagram";
  answers({}, shift);
  EXPECT_FALSE(shift_to(flow, alg::Side::client, shift)) << "the other direction's";
  answers({}, shift);
  EXPECT_TRUE(shift_to(flow, alg::Side::server, shift));
  answers({net::Seq(1000), 0, -2}, {});
  EXPECT_FALSE(shift_to(flow, alg::Side::client, shift));
  answers(shift, {}, ENOENT);
  EXPECT_FALSE(shift_to(flow, alg::Side::client, shift));
  answers(shift, {}, EPERM);
  EXPECT_EQ(thrown_by([&] { shift_to(flow, alg::Side::client, shift); }), EPERM);
}

/// Nothing is done by halves.
TEST_F(TrackerRefusals, APinholeWhoseShiftFailsIsTakenBack) {
  acknowledge(2);
  auto changed = error_reply(0);
  changed.request = -1;
  kernel.answer({changed}).answer({entry_reply(control())});
  kernel.answer({expectation_reply({master(), tuple()})});
  acknowledge();
  const alg::Change change{pinhole, alg::Change::Shift{alg::Side::client, {net::Seq(1000), 0, -3}}};
  EXPECT_EQ(tracker->apply(flow, change), Applied::cannot_shift);
  EXPECT_EQ(asked(), (std::vector{kNewExpectation, kNewExpectation, kNewEntry, kGetEntry, kGetExpectation,
                                  kDeleteExpectation}));
  seen_before = kernel.types_sent().size();
  acknowledge(2);
  auto denied = error_reply(EPERM);
  denied.request = -1;
  kernel.answer({denied}).answer({entry_reply(control())});
  kernel.answer({expectation_reply({master(), tuple()})});
  acknowledge();
  EXPECT_EQ(thrown_by([&] { tracker->apply(flow, change); }), EPERM);
  EXPECT_EQ(asked().back(), kDeleteExpectation);
}

TEST_F(TrackerRefusals, ShiftOfAConnectionThatHasGoneFails) {
  auto changed = error_reply(0);
  changed.request = -1;
  kernel.answer({changed}).answer({error_reply(ENOENT)});
  EXPECT_FALSE(shift_to(flow, alg::Side::client, {net::Seq(1000), 0, -3}));
}

TEST_F(TrackerRefusals, KeepAliveProlongsWhatHasLittleLeft) {
  using namespace std::chrono_literals;
  const auto keep = [&](std::optional<std::chrono::seconds> left) {
    seen_before = kernel.types_sent().size();
    kernel.answer({entry_reply(control(left))});
    EXPECT_TRUE(keep_alive(flow, pinhole, false));
    const auto types = asked();
    return std::count(types.begin(), types.end(), kNewEntry) == 1;
  };
  kernel.answer({entry_reply(data()), done_reply()});
  kernel.answer({entry_reply(control(120s))});
  EXPECT_TRUE(keep_alive(flow, pinhole, true));
  EXPECT_EQ(asked(), (std::vector{kGetEntry, kGetEntry}));

  kernel.answer({entry_reply(data())});
  EXPECT_FALSE(keep(120s));
  kernel.answer({entry_reply(data())});
  EXPECT_FALSE(keep(std::nullopt));
  kernel.answer({entry_reply(data())}).answer({entry_reply(control(119s))}).answer({error_reply(ENOENT)});
  seen_before = kernel.types_sent().size();
  EXPECT_TRUE(keep_alive(flow, pinhole, false)) << "though the entry has just gone";
  EXPECT_EQ(asked(), (std::vector{kGetEntry, kGetEntry, kNewEntry}));
  EXPECT_TRUE(kernel.finished());
}

TEST_F(TrackerRefusals, KeepAliveWithoutADataConnectionDoesNothing) {
  kernel.answer({done_reply()});
  EXPECT_FALSE(keep_alive(flow, pinhole, true));
  EXPECT_EQ(asked(), std::vector{kGetEntry});
}

TEST_F(TrackerRefusals, SearchTakesOnlyTheRightConnection) {
  auto ended = data(1), strangers = data(2), elsewhere = data(3), orphan = data(4);
  ended.state = 7;
  strangers.master->source.port = 1;
  elsewhere.orig.destination.port = 5001;
  orphan.master.reset();
  kernel.answer({entry_reply(ended), entry_reply(strangers), entry_reply(elsewhere), entry_reply(orphan),
                 done_reply()});
  EXPECT_FALSE(keep_alive(flow, pinhole, true));
  EXPECT_TRUE(kernel.finished());
}

/// Kernels that know no filter refuse it, and then give the whole table.
TEST_F(TrackerRefusals, SearchGoesOnWithoutItsFilter) {
  kernel.answer({error_reply(EINVAL)}).answer({entry_reply(data()), done_reply()});
  kernel.answer({entry_reply(control())});
  EXPECT_TRUE(keep_alive(flow, pinhole, true));
  EXPECT_LT(kernel.sent()[seen_before + 1].size(), kernel.sent()[seen_before].size());
}

TEST_F(TrackerRefusals, SearchIsMadeAgainWhileTheTableChanges) {
  auto changed = done_reply();
  changed.flags = NLM_F_DUMP_INTR;
  kernel.answer({changed}).answer({entry_reply(data()), changed}).answer({entry_reply(control())});
  EXPECT_TRUE(keep_alive(flow, pinhole, true)) << "what was found is found";
  EXPECT_TRUE(kernel.finished());
}

TEST_F(TrackerRefusals, SearchIsGivenUpTheFourthTime) {
  auto changed = done_reply();
  changed.flags = NLM_F_DUMP_INTR;
  for (int i = 0; i < 5; ++i) kernel.answer({changed});
  EXPECT_FALSE(keep_alive(flow, pinhole, true));
  EXPECT_EQ(asked().size(), 4u);
}

TEST_F(TrackerRefusals, SearchThrowsWithoutThePrivilege) {
  kernel.answer({error_reply(EPERM)});
  EXPECT_EQ(thrown_by([&] { keep_alive(flow, pinhole, true); }), EPERM);
}

TEST_F(TrackerRefusals, AConnectionThatWasSeenIsAskedFor) {
  kernel.answer({entry_reply(data()), done_reply()}).answer({entry_reply(control())});
  ASSERT_TRUE(keep_alive(flow, pinhole, true));
  seen_before = kernel.types_sent().size();
  kernel.answer({error_reply(ENOENT)});
  EXPECT_FALSE(keep_alive(flow, pinhole, false)) << "it has gone";
  EXPECT_EQ(asked(), std::vector{kGetEntry}) << "and none is searched for";
  kernel.answer({error_reply(EPERM)});
  EXPECT_EQ(thrown_by([&] { keep_alive(flow, pinhole, false); }), EPERM) << "but that is forgotten";
}

TEST_F(TrackerRefusals, AConnectionThatIsAnothersByNowIsNone) {
  kernel.answer({entry_reply(data()), done_reply()}).answer({entry_reply(control())});
  ASSERT_TRUE(keep_alive(flow, pinhole, true));
  auto theirs = data();
  theirs.master->source.port = 1;
  kernel.answer({entry_reply(theirs)}).answer({done_reply()});
  EXPECT_FALSE(keep_alive(flow, pinhole, true));
  EXPECT_TRUE(kernel.finished()) << "it was searched for anew";
}

TEST_F(TrackerRefusals, CloseRemovesItsOwnOnly) {
  kernel.answer({expectation_reply({master(), tuple()})});
  acknowledge();
  tracker->close(flow, pinhole);
  EXPECT_EQ(asked(), (std::vector{kGetExpectation, kDeleteExpectation}));
  auto theirs = master();
  theirs.source.port = 1;
  kernel.answer({expectation_reply({theirs, tuple()})});
  tracker->close(flow, pinhole);
  kernel.answer({error_reply(ENOENT)});
  tracker->close(flow, pinhole);
  EXPECT_EQ(asked(), (std::vector{kGetExpectation, kDeleteExpectation, kGetExpectation, kGetExpectation}));
}

/// sock_diag: what the router itself offers is taken.
class LocalPorts : public testing::Test {
 protected:
  bool has_one(const Reply& at_the_beginning, const Reply& then) {
    ScriptedKernel kernel;
    kernel.answer({at_the_beginning});
    netfilter::LocalSockets sockets;
    kernel.answer({then});
    return sockets.has_one_for({endpoint("198.51.100.2", 0), endpoint("203.0.113.7", 5000)});
  }
  const Reply found{20, Bytes(72)};
};

TEST_F(LocalPorts, AreAskedForWhereTheKernelAnswers) {
  EXPECT_TRUE(has_one(done_reply(), found));
  EXPECT_FALSE(has_one(done_reply(), error_reply(ENOENT)));
}

TEST_F(LocalPorts, AreNoneWhereItDoesNot) {
  EXPECT_FALSE(has_one(error_reply(ENOENT), found));
  EXPECT_FALSE(has_one(done_reply(ENOENT), found));
  EXPECT_FALSE(has_one(found, found)) << "no socket has no state";
  EXPECT_FALSE(has_one(Reply{NLMSG_DONE, {0, 0}}, found)) << "no number";
}

}  // namespace
}  // namespace pinhole::test
