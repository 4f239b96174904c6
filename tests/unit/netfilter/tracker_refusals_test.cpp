// What the tracker makes of a kernel that refuses or forgets: an answer, a second try, or an exception where
// no packet can be judged any more.

#include <cerrno>

#include "netfilter/ctnetlink_tracker.hpp"
#include "scripted_connection.hpp"

namespace pinhole::test {
namespace {

using alg::Applied;

class TrackerRefusals : public ScriptedConnection {
 protected:
  TrackerRefusals() {
    kernel.answer({error_reply(ENOENT)});  // this machine has no sock_diag
    tracker.emplace(reports, netfilter::CtnetlinkTracker::Pinholes::end_with_first_packet);
    forget_asked();
    routed = flow;
    routed.seen = flow.client;
    straight = pinhole;
    straight.to = straight.forward_to;
  }
  Applied open(const alg::NatView& of, const alg::Pinhole& what) { return tracker->apply(of, {what, {}}); }
  Applied open() { return open(flow, pinhole); }
  Applied shift(alg::Side sender, const stream::SeqShift& to) {
    return tracker->apply(flow, {{}, alg::Change::Shift{sender, to}});
  }

  /// The answers to a shift and to the question whether it is there.
  void answer_shift(const stream::SeqShift& client, const stream::SeqShift& server, int error = 0) {
    auto changed = error_reply(error);
    changed.request = -1;
    auto now = control();
    now.client_shift = client;
    now.server_shift = server;
    kernel.answer({changed}).answer({entry_reply(now)});
  }

  std::optional<netfilter::CtnetlinkTracker> tracker;
  alg::NatView routed;
  alg::Pinhole straight;
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
  EXPECT_EQ(open(), Applied::all);
  EXPECT_EQ(asked(), (std::vector{kNewExpectation, kNewExpectation}));
  kernel.answer({error_reply(0)}).answer({error_reply(ENOENT)});
  EXPECT_EQ(open(), Applied::all) << "it was used before its timeout was set";
}

/// A kernel without nf_nat.
TEST_F(TrackerRefusals, OpenTriesAgainWithoutNatWhereThereIsNone) {
  kernel.answer({error_reply(EINVAL)});
  acknowledge(2);
  EXPECT_EQ(open(routed, straight), Applied::all);
  EXPECT_EQ(asked(), (std::vector{kNewExpectation, kNewExpectation, kNewExpectation}));
  EXPECT_LT(kernel.sent()[2].size(), kernel.sent()[1].size());
  EXPECT_TRUE(reports.lines.empty());

  kernel.answer({error_reply(EINVAL)}).answer({error_reply(EINVAL)});
  EXPECT_EQ(open(routed, straight), Applied::refused) << "once";
}

TEST_F(TrackerRefusals, OpenNeedsNatWhereThereIsSome) {
  kernel.answer({error_reply(EINVAL)});
  EXPECT_EQ(open(), Applied::refused);
  EXPECT_EQ(asked(), std::vector{kNewExpectation});
  ASSERT_EQ(reports.lines.size(), 1u);
  EXPECT_NE(reports.lines[0].find("nf_nat"), std::string::npos) << reports.lines[0];
}

TEST_F(TrackerRefusals, OpenTakesTheirPlaceFromItsOwnLeftoversOnly) {
  kernel.answer({error_reply(EEXIST)}).answer({expectation_reply({master(), tuple()})});
  acknowledge(3);  // the removal, the second creation, the timeout
  EXPECT_EQ(open(), Applied::all);
  EXPECT_EQ(asked(), (std::vector{kNewExpectation, kGetExpectation, kDeleteExpectation, kNewExpectation,
                                  kNewExpectation}));
  forget_asked();
  auto theirs = master();
  theirs.source.port = 40001;
  kernel.answer({error_reply(EEXIST)}).answer({expectation_reply({theirs, tuple()})});
  EXPECT_EQ(open(), Applied::taken);
  EXPECT_EQ(asked(), (std::vector{kNewExpectation, kGetExpectation})) << "it is left alone";
}

TEST_F(TrackerRefusals, OpenFindsThePlaceTaken) {
  for (const int error : {EBUSY, EALREADY}) {
    kernel.answer({error_reply(error)});
    EXPECT_EQ(open(), Applied::taken) << error;
  }
  kernel.answer({error_reply(EEXIST)}).answer({error_reply(ENOENT)});  // whose it was: it has gone
  EXPECT_EQ(open(), Applied::taken);
  kernel.answer({error_reply(EEXIST)}).answer({expectation_reply({master(), tuple()})});
  kernel.answer({error_reply(ENOENT)});  // used before it could be removed
  EXPECT_EQ(open(), Applied::taken);
  EXPECT_TRUE(reports.lines.empty());
}

TEST_F(TrackerRefusals, OpenSaysWhatTheAdministratorCanDo) {
  const std::pair<int, const char*> advice[] = {{EOPNOTSUPP, "pinhole-nft up"},
                                                {ENOENT, "entry is gone"},
                                                {EMFILE, "nf_conntrack_expect_max"},
                                                {ENOMEM, "memory"}};
  for (const auto& [error, words] : advice) {
    reports.lines.clear();
    kernel.answer({error_reply(error)});
    EXPECT_EQ(open(), Applied::refused);
    ASSERT_EQ(reports.lines.size(), 1u);
    EXPECT_NE(reports.lines[0].find(words), std::string::npos) << reports.lines[0];
    EXPECT_NE(reports.lines[0].find("203.0.113.7:5000"), std::string::npos) << reports.lines[0];
  }
}

TEST_F(TrackerRefusals, OpenThrowsWithoutThePrivilege) {
  for (const int error : {EPERM, EACCES}) {
    kernel.answer({error_reply(error)});
    EXPECT_EQ(thrown_by([&] { open(); }), error);
  }
  EXPECT_TRUE(reports.lines.empty());
}

TEST_F(TrackerRefusals, ShiftIsBelievedWhenItIsSeen) {
  const stream::SeqShift wanted{net::Seq(1000), 0, -3};
  const auto before = kernel.sent().size();
  answer_shift(wanted, {});
  EXPECT_EQ(shift(alg::Side::client, wanted), Applied::all);
  EXPECT_EQ(asked(), (std::vector{kNewEntry, kGetEntry}));
  EXPECT_EQ(kernel.sent().size(), before + 1) << "both in one datagram";
  answer_shift({}, wanted);
  EXPECT_EQ(shift(alg::Side::client, wanted), Applied::cannot_shift) << "the other direction's";
  answer_shift({}, wanted);
  EXPECT_EQ(shift(alg::Side::server, wanted), Applied::all);
  answer_shift({net::Seq(1000), 0, -2}, {});
  EXPECT_EQ(shift(alg::Side::client, wanted), Applied::cannot_shift);
  answer_shift(wanted, {}, ENOENT);
  EXPECT_EQ(shift(alg::Side::client, wanted), Applied::cannot_shift);
  answer_shift(wanted, {}, EPERM);
  EXPECT_EQ(thrown_by([&] { shift(alg::Side::client, wanted); }), EPERM);
}

TEST_F(TrackerRefusals, ShiftOfAConnectionThatHasGoneFails) {
  auto changed = error_reply(0);
  changed.request = -1;
  kernel.answer({changed}).answer({error_reply(ENOENT)});
  EXPECT_EQ(shift(alg::Side::client, {net::Seq(1000), 0, -3}), Applied::cannot_shift);
}

/// All of a change or nothing.
TEST_F(TrackerRefusals, APinholeWhoseShiftFailsIsWithdrawn) {
  const alg::Change change{pinhole, alg::Change::Shift{alg::Side::client, {net::Seq(1000), 0, -3}}};
  acknowledge(2);
  answer_shift({}, {});
  kernel.answer({expectation_reply({master(), tuple()})});
  acknowledge();
  EXPECT_EQ(tracker->apply(flow, change), Applied::cannot_shift);
  const std::vector all{kNewExpectation, kNewExpectation, kNewEntry,
                        kGetEntry,       kGetExpectation, kDeleteExpectation};
  EXPECT_EQ(asked(), all);
  forget_asked();
  acknowledge(2);
  answer_shift({}, {}, EPERM);
  kernel.answer({expectation_reply({master(), tuple()})});
  acknowledge();
  EXPECT_EQ(thrown_by([&] { tracker->apply(flow, change); }), EPERM);
  EXPECT_EQ(asked(), all);
  forget_asked();
  kernel.answer({error_reply(EBUSY)});
  EXPECT_EQ(tracker->apply(flow, change), Applied::taken);
  EXPECT_EQ(asked(), std::vector{kNewExpectation}) << "nothing is shifted";
}

TEST_F(TrackerRefusals, CloseRemovesItsOwnOnly) {
  kernel.answer({expectation_reply({master(), tuple()})});
  acknowledge();
  EXPECT_TRUE(tracker->close(flow, pinhole));
  EXPECT_EQ(asked(), (std::vector{kGetExpectation, kDeleteExpectation}));
  auto theirs = master();
  theirs.source.port = 1;
  kernel.answer({expectation_reply({theirs, tuple()})});
  EXPECT_FALSE(tracker->close(flow, pinhole));
  kernel.answer({error_reply(ENOENT)});
  EXPECT_FALSE(tracker->close(flow, pinhole));
  EXPECT_EQ(asked(), (std::vector{kGetExpectation, kDeleteExpectation, kGetExpectation, kGetExpectation}));
}

/// sock_diag: what the router itself offers is taken.
class LocalPorts : public ScriptedConnection {
 protected:
  bool has_one(const Reply& at_the_beginning, const Reply& then) {
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
