// How long a pinhole lives that nobody uses: it ends with its negotiation's worth, not minutes later.

#include <gtest/gtest.h>

#include <thread>

#include "conversation.hpp"

namespace pinhole::test {
namespace {

class Lifetime : public testing::Test {
 protected:
  void SetUp() override { enter({.topology = "both"}); }

  void enter(const SiteKey& key) {
    site_ = Site::at(key);
    PINHOLE_NEEDS(site_);
    talk_ = std::make_unique<LabConversation>(lab(), Family::ipv4);
    talk_->log_in();
  }
  const Lab& lab() const { return site_->lab(); }
  LabConversation& talk() { return *talk_; }
  std::unique_ptr<Negotiated> open(Mode mode) { return negotiate(lab(), Family::ipv4, talk(), mode); }

 private:
  Site* site_ = nullptr;
  std::unique_ptr<LabConversation> talk_;
};

TEST_F(Lifetime, ends_when_quit_is_answered) {
  const auto negotiated = open(Mode::pasv);
  ASSERT_NE(negotiated, nullptr);
  EXPECT_EQ(talk().to_server("QUIT"), "QUIT");
  EXPECT_EQ(talk().to_client("221 bye"), "221 bye");
  EXPECT_FALSE(data_passes(lab(), *negotiated, kImpatience));
}

TEST_F(Lifetime, ends_when_the_client_resets) {
  const auto negotiated = open(Mode::pasv);
  ASSERT_NE(negotiated, nullptr);
  talk().client().reset();
  EXPECT_EQ(talk().server().line(), std::nullopt);
  EXPECT_FALSE(data_passes(lab(), *negotiated, kImpatience));
}

TEST_F(Lifetime, ends_when_the_server_resets) {
  const auto negotiated = open(Mode::port);
  ASSERT_NE(negotiated, nullptr);
  talk().server().reset();
  EXPECT_EQ(talk().client().line(), std::nullopt);
  EXPECT_FALSE(data_passes(lab(), *negotiated, kImpatience));
}

TEST_F(Lifetime, ends_with_a_newer_negotiation) {
  const auto older = open(Mode::pasv);
  const auto newer = open(Mode::port);
  ASSERT_TRUE(older && newer);
  EXPECT_FALSE(data_passes(lab(), *older, kImpatience));
  EXPECT_TRUE(data_passes(lab(), *newer));
}

TEST_F(Lifetime, ends_when_the_server_refuses_the_command) {
  const Listener listener(lab(), Role::client, {lab().address("client"), 0});
  const auto announced =
      announced_in(talk().to_server("PORT " + comma_form(listener.local())).value_or("(nothing)"));
  ASSERT_TRUE(announced.has_value());
  EXPECT_EQ(talk().to_client("500 no"), "500 no");
  EXPECT_FALSE(dial(lab(), Role::server, *announced, kImpatience));
}

TEST_F(Lifetime, begins_before_the_server_answers) {
  const Listener listener(lab(), Role::client, {lab().address("client"), 0});
  const auto announced =
      announced_in(talk().to_server("PORT " + comma_form(listener.local())).value_or("(nothing)"));
  ASSERT_TRUE(announced.has_value());
  EXPECT_TRUE(dial(lab(), Role::server, *announced));
  EXPECT_EQ(talk().to_client("200 ok"), "200 ok");
}

class ShortLifetime : public Lifetime {
 protected:
  void SetUp() override { enter({.topology = "both", .more = {"--pinhole-timeout", "1"}}); }
};

TEST_F(ShortLifetime, ends_in_time) {
  const auto negotiated = open(Mode::epsv);
  ASSERT_NE(negotiated, nullptr);
  std::this_thread::sleep_for(Milliseconds{2'200});  // the kernel's timer may be a second late
  EXPECT_FALSE(data_passes(lab(), *negotiated, kImpatience));
}

}  // namespace
}  // namespace pinhole::test
