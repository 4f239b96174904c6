// The gateway ends, crashes and comes back, and the sessions that it edited go on.

#include <gtest/gtest.h>

#include <csignal>

#include "conversation.hpp"
#include "waits.hpp"

namespace pinhole::test {
namespace {

class Restart : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    site_ = Site::at({.topology = "both"});
    PINHOLE_NEEDS(site_);
  }
  const Lab& lab() const { return site_->lab(); }
  Gateway& gateway() { return site_->gateway(); }

 private:
  Site* site_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(By, Restart, testing::Values(SIGTERM, SIGKILL), [](const auto& instance) {
  return std::string(instance.param == SIGTERM ? "term" : "kill");
});

TEST_P(Restart, session_goes_on) {
  expect_waits("there is nobody at the queue for a while");
  LabConversation talk(lab(), Family::ipv4);
  talk.log_in();
  for (const auto mode : {Mode::port, Mode::pasv, Mode::port}) {
    const auto negotiated = negotiate(lab(), Family::ipv4, talk, mode);
    ASSERT_NE(negotiated, nullptr);
    EXPECT_TRUE(data_passes(lab(), *negotiated));
  }

  EXPECT_EQ(gateway().end(GetParam()), GetParam() == SIGTERM ? 0 : 128 + SIGKILL);
  talk.client().send("NOOP\r\n");  // with nobody at the queue: TCP has to send it again
  EXPECT_EQ(talk.server().line(kImpatience), std::nullopt) << "fail is closed";
  gateway().start();

  EXPECT_EQ(talk.server().line(), "NOOP");
  EXPECT_EQ(talk.to_client("200 still here"), "200 still here");
}

TEST_P(Restart, new_sessions_work) {
  gateway().end(GetParam());
  gateway().start();
  LabConversation talk(lab(), Family::ipv4);
  talk.log_in();
  const auto negotiated = negotiate(lab(), Family::ipv4, talk, Mode::port);
  ASSERT_NE(negotiated, nullptr);
  EXPECT_TRUE(data_passes(lab(), *negotiated));
}

TEST(FailOpen, control_connections_pass_unread) {
  auto* site = Site::at({.topology = "both", .fail = "open"});
  PINHOLE_NEEDS(site);
  site->gateway().end(SIGTERM);
  {
    LabConversation talk(site->lab(), Family::ipv4);
    talk.log_in();
    EXPECT_EQ(talk.to_server("PORT 10,1,0,2,4,1"), "PORT 10,1,0,2,4,1");
  }
  site->gateway().start();
}

}  // namespace
}  // namespace pinhole::test
