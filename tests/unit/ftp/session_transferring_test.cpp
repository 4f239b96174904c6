// Whether a transfer lasts: what ends it besides its own reply.

#include <gtest/gtest.h>

#include "talk.hpp"

namespace pinhole::test {
namespace {

Talk in_a_transfer() {
  auto talk = Talk::logged_in();
  talk.client("RETR a");
  talk.server("150 opening");
  EXPECT_TRUE(talk.session.transferring());
  return talk;
}

TEST(Transferring, EndsWhereTheSessionTurnsOutToBeNoFtp) {
  auto by_the_client = in_a_transfer();
  by_the_client.client("\x01\x02");
  ASSERT_EQ(by_the_client.state(), State::not_ftp);
  EXPECT_FALSE(by_the_client.session.transferring());
  EXPECT_EQ(by_the_client.server("150 opening").kind, Kind::nothing);
  EXPECT_FALSE(by_the_client.session.transferring()) << "and never begins again";
}

TEST(Transferring, IsNotKnownWhenClearTextComesBack) {
  Talk talk;
  talk.greet();
  talk.exchange("AUTH TLS", "234 Proceed");
  EXPECT_FALSE(talk.session.transferring());
  talk.session.cleared();
  EXPECT_FALSE(talk.session.transferring());
  talk.client("RETR a");
  talk.server("150 opening");
  EXPECT_TRUE(talk.session.transferring());
}

TEST(Transferring, NeedsACommandThatIsAnswered) {
  auto talk = Talk::logged_in();
  talk.server("150 unasked");
  EXPECT_FALSE(talk.session.transferring());
}

TEST(Transferring, GoesOnThroughASecondPreliminaryReply) {
  auto talk = in_a_transfer();
  talk.server("125 still going");
  EXPECT_TRUE(talk.session.transferring());
  talk.server("226 done");
  EXPECT_FALSE(talk.session.transferring());
}

}  // namespace
}  // namespace pinhole::test
