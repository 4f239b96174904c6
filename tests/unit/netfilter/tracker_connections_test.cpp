// What the tracker makes of the kernel's answers about data connections.

#include <cerrno>
#include <system_error>

#include "netfilter/ctnetlink_tracker.hpp"
#include "scripted_connection.hpp"

namespace pinhole::test {
namespace {

constexpr int kDeleteEntry = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE;

class TrackerConnections : public ScriptedConnection {
 protected:
  TrackerConnections() {
    kernel.answer({error_reply(ENOENT)});  // this machine has no sock_diag
    tracker.emplace(reports, netfilter::CtnetlinkTracker::Pinholes::last_until_closed);
    forget_asked();
  }
  net::FlowKey connection() const { return data().orig; }

  std::optional<netfilter::CtnetlinkTracker> tracker;
};

TEST_F(TrackerConnections, AMasterIsWhatTheEntrySays) {
  kernel.answer({entry_reply(data())});
  EXPECT_EQ(tracker->master_of(connection()), master());
  kernel.answer({entry_reply(control())});
  EXPECT_EQ(tracker->master_of(connection()), std::nullopt);
  kernel.answer({error_reply(ENOENT)});
  EXPECT_EQ(tracker->master_of(connection()), std::nullopt);
}

TEST_F(TrackerConnections, OnlyItsOwnIsCutOff) {
  kernel.answer({entry_reply(data())}).answer({error_reply(0)});
  EXPECT_TRUE(tracker->cut(flow, connection()));
  EXPECT_EQ(asked(), (std::vector{kGetEntry, kDeleteEntry}));
  forget_asked();
  kernel.answer({entry_reply(data())});
  auto stranger = flow;
  stranger.client.port ^= 1;
  EXPECT_FALSE(tracker->cut(stranger, connection()));
  EXPECT_EQ(asked(), (std::vector{kGetEntry}));
}

TEST_F(TrackerConnections, OneThatHasGoneIsNotThere) {
  kernel.answer({error_reply(ENOENT)});
  EXPECT_FALSE(tracker->cut(flow, connection()));
  kernel.answer({entry_reply(data())}).answer({error_reply(ENOENT)});
  EXPECT_FALSE(tracker->cut(flow, connection())) << "it went meanwhile";
}

TEST_F(TrackerConnections, WithoutPrivilegesNothingCanBeSaid) {
  kernel.answer({error_reply(EPERM)});
  EXPECT_THROW(tracker->master_of(connection()), std::system_error);
  kernel.answer({entry_reply(data())}).answer({error_reply(EPERM)});
  EXPECT_THROW(tracker->cut(flow, connection()), std::system_error);
}

}  // namespace
}  // namespace pinhole::test
