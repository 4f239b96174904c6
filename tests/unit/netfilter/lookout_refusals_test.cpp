// What the lookout makes of tables that change while it walks through them, and of kernels that refuse.

#include <algorithm>
#include <cerrno>

#include "netfilter/ctnetlink_lookout.hpp"
#include "scripted_connection.hpp"

namespace pinhole::test {
namespace {

using namespace std::chrono_literals;

class LookoutRefusals : public ScriptedConnection {
 protected:
  bool search() { return lookout.search({flow, pinhole, true}); }
  std::optional<bool> recall(bool or_search = false) { return lookout.recall({flow, pinhole, or_search}); }
  /// So that the lookout remembers where the data connection is.
  void find() {
    kernel.answer({entry_reply(data()), done_reply()}).answer({entry_reply(control())});
    ASSERT_TRUE(search());
    forget_asked();
  }

  netfilter::CtnetlinkLookout lookout;
};

TEST_F(LookoutRefusals, ListIsTakenAgainWhileItChanges) {
  auto changed = done_reply();
  changed.flags = NLM_F_DUMP_INTR;
  kernel.answer({expectation_reply({master(), tuple()}), changed});
  kernel.answer({expectation_reply({master(), tuple()}), done_reply()});
  EXPECT_EQ(lookout.list().size(), 1u) << "not twice";
  EXPECT_TRUE(kernel.finished());

  for (int i = 0; i < 5; ++i) kernel.answer({expectation_reply({master(), tuple()}), changed});
  EXPECT_EQ(lookout.list().size(), 1u) << "it is taken as it comes";
  EXPECT_FALSE(kernel.finished()) << "the fourth time";
}

TEST_F(LookoutRefusals, ListHasOurHelpersOnly) {
  kernel.answer({expectation_reply({master(), tuple(), 1, "ftp"}),
                 expectation_reply({master(), tuple(), 2, ""}), done_reply()});
  EXPECT_TRUE(lookout.list().empty());
}

TEST_F(LookoutRefusals, ListThatFailsThrows) {
  kernel.answer({error_reply(ENOMEM)});
  EXPECT_EQ(thrown_by([&] { lookout.list(); }), ENOMEM);
}

TEST_F(LookoutRefusals, AControlConnectionWithLittleLeftIsProlonged) {
  find();
  const auto prolonged = [&](std::optional<std::chrono::seconds> left) {
    forget_asked();
    kernel.answer({entry_reply(data())}).answer({entry_reply(control(left))});
    if (left && *left < 120s) kernel.answer({error_reply(ENOENT)});  // it has just gone
    EXPECT_EQ(recall(), true);
    const auto types = asked();
    return std::count(types.begin(), types.end(), kNewEntry) == 1;
  };
  EXPECT_FALSE(prolonged(120s));
  EXPECT_FALSE(prolonged(std::nullopt));
  EXPECT_TRUE(prolonged(119s));
  EXPECT_TRUE(kernel.finished());

  pinhole.to.port = 5001;
  kernel.answer({entry_reply(data()), done_reply()}).answer({entry_reply(control(119s))});
  acknowledge();
  EXPECT_TRUE(search());
  EXPECT_TRUE(kernel.finished()) << "also when it is found";
}

TEST_F(LookoutRefusals, SearchFindsNothingWhereNothingIs) {
  kernel.answer({done_reply()});
  EXPECT_FALSE(search());
  EXPECT_EQ(asked(), std::vector{kGetEntry});
}

TEST_F(LookoutRefusals, SearchTakesOnlyTheRightConnection) {
  auto ended = data(1), strangers = data(2), elsewhere = data(3), orphan = data(4);
  ended.state = 7;
  strangers.master->source.port = 1;
  elsewhere.orig.destination.port = 5001;
  orphan.master.reset();
  kernel.answer({entry_reply(ended), entry_reply(strangers), entry_reply(elsewhere), entry_reply(orphan),
                 done_reply()});
  EXPECT_FALSE(search());
  EXPECT_TRUE(kernel.finished());
}

/// Kernels that know no filter refuse it, and then give the whole table.
TEST_F(LookoutRefusals, SearchGoesOnWithoutItsFilter) {
  kernel.answer({error_reply(EINVAL)}).answer({entry_reply(data()), done_reply()});
  kernel.answer({entry_reply(control())});
  EXPECT_TRUE(search());
  EXPECT_LT(kernel.sent()[1].size(), kernel.sent()[0].size());
}

TEST_F(LookoutRefusals, SearchIsMadeAgainWhileTheTableChanges) {
  auto changed = done_reply();
  changed.flags = NLM_F_DUMP_INTR;
  kernel.answer({changed}).answer({entry_reply(data()), changed}).answer({entry_reply(control())});
  EXPECT_TRUE(search()) << "what was found is found";
  EXPECT_TRUE(kernel.finished());
}

TEST_F(LookoutRefusals, SearchIsGivenUpTheFourthTime) {
  auto changed = done_reply();
  changed.flags = NLM_F_DUMP_INTR;
  for (int i = 0; i < 5; ++i) kernel.answer({changed});
  EXPECT_FALSE(search());
  EXPECT_EQ(asked().size(), 4u);
}

TEST_F(LookoutRefusals, ThrowsWithoutThePrivilege) {
  kernel.answer({error_reply(EPERM)});
  EXPECT_EQ(thrown_by([&] { search(); }), EPERM);
  find();
  kernel.answer({error_reply(EPERM)});
  EXPECT_EQ(thrown_by([&] { recall(); }), EPERM);
}

TEST_F(LookoutRefusals, AConnectionThatWasSeenIsAskedForAndForgottenWhenItHasGone) {
  find();
  kernel.answer({entry_reply(data())}).answer({entry_reply(control())});
  EXPECT_EQ(recall(), true);
  forget_asked();
  kernel.answer({error_reply(ENOENT)});
  EXPECT_EQ(recall(), false);
  EXPECT_EQ(recall(), std::nullopt) << "it is not remembered";
  EXPECT_EQ(asked(), std::vector{kGetEntry}) << "and not asked for";
}

TEST_F(LookoutRefusals, AnEndedConnectionHasGone) {
  find();
  auto ended = data();
  ended.state = 7;
  kernel.answer({entry_reply(ended)});
  EXPECT_EQ(recall(), false);
}

TEST_F(LookoutRefusals, AConnectionThatIsAnothersByNowMustBeSearchedForAnew) {
  find();
  auto theirs = data();
  theirs.master->source.port = 1;
  kernel.answer({entry_reply(theirs)});
  EXPECT_EQ(recall(true), std::nullopt);
  EXPECT_TRUE(kernel.finished());
}

TEST_F(LookoutRefusals, WhatWasNeverSeenMustBeSearchedFor) {
  EXPECT_EQ(recall(false), std::nullopt);
  EXPECT_EQ(recall(true), std::nullopt);
  EXPECT_TRUE(asked().empty());
}

}  // namespace
}  // namespace pinhole::test
