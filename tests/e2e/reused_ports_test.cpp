// A client that takes the same port again, as those behind a small range do: each connection is its own
// session.

#include "support/socket_options.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

class ReusedPort : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    site_ = Site::at({.topology = GetParam().topology});
    PINHOLE_NEEDS(site_);
  }
  const Lab& lab() const { return site_->lab(); }
  Family family() const { return GetParam().family; }
  Origin origin() const { return {.from = {lab().address("client", family()), 23'456}}; }

  void expect_session(LabConversation& talk) {
    talk.log_in();
    for (const auto mode : modes_of(family())) {
      const auto negotiated = negotiate(lab(), family(), talk, mode);
      ASSERT_NE(negotiated, nullptr);
      EXPECT_TRUE(data_passes(lab(), *negotiated));
    }
  }

 private:
  Site* site_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Across, ReusedPort, testing::ValuesIn(translated_ways()), way_name);

TEST_P(ReusedPort, after_a_quit) {
  for (int i = 0; i < 4; ++i) {
    LabConversation talk(lab(), family(), 21, origin());
    expect_session(talk);
    EXPECT_EQ(talk.to_server("QUIT"), "QUIT");
    EXPECT_EQ(talk.to_client("221 bye"), "221 bye");
    talk.server().end();  // the server's end is the one that lingers
    EXPECT_EQ(talk.client().line(), std::nullopt);
    talk.client().end();
    EXPECT_EQ(talk.server().line(), std::nullopt);
  }
}

TEST_P(ReusedPort, after_a_reset) {
  for (int i = 0; i < 4; ++i) {
    LabConversation talk(lab(), family(), 21, origin());
    expect_session(talk);
    talk.client().reset();
    EXPECT_EQ(talk.server().line(), std::nullopt);
  }
}

/// Over what was no FTP, and the other way round.
TEST_P(ReusedPort, by_another_protocol) {
  for (int i = 0; i < 3; ++i) {
    {
      LabConversation talk(lab(), family(), 21, origin());
      talk.client().send("GET / HTTP/1.1\r\n");
      EXPECT_EQ(talk.server().line(), "GET / HTTP/1.1");
      talk.client().reset();
      EXPECT_EQ(talk.server().line(), std::nullopt);
    }
    LabConversation talk(lab(), family(), 21, origin());
    expect_session(talk);
    talk.client().reset();
    EXPECT_EQ(talk.server().line(), std::nullopt);
  }
}

}  // namespace
}  // namespace pinhole::test
