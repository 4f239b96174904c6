// Sessions whose beginning was not seen, where that is allowed.

#include <gtest/gtest.h>

#include "unit/ftp/talk.hpp"

namespace pinhole::test {
namespace {

Talk picked_up() {
  Talk talk;
  talk.session.pick_up();
  return talk;
}

TEST(PickedUpSession, CountsAsLoggedIn) {
  auto active = picked_up();
  EXPECT_EQ(active.client(kPort).standing, Standing::good);
  EXPECT_EQ(active.server("200 ok").kind, Kind::offer_accepted);
  auto passive = picked_up();
  EXPECT_EQ(passive.exchange("PASV", k227).standing, Standing::good);
}

TEST(PickedUpSession, ItsFirstLinesMayBeTheEndsOfLines) {
  auto talk = picked_up();
  EXPECT_EQ(talk.client("8,1,10,200,10").kind, Kind::nothing);
  EXPECT_EQ(talk.server(" more of a listing").kind, Kind::nothing);
  EXPECT_EQ(talk.server("and more").kind, Kind::nothing);
  EXPECT_EQ(talk.server("213 End").kind, Kind::nothing);
  EXPECT_EQ(talk.client(kPort).standing, Standing::good);
}

TEST(PickedUpSession, OnlyItsFirstLinesMay) {
  auto talk = picked_up();
  talk.client("8,1,10,200,10");
  EXPECT_EQ(talk.client("8,1,10,200,10").kind, Kind::foreign);
  auto other = picked_up();
  other.server("200 ok");
  EXPECT_EQ(other.server("no reply at all").kind, Kind::foreign);
}

TEST(PickedUpSession, AnAnswerNobodyAskedForIsNone) {
  auto talk = picked_up();
  EXPECT_EQ(talk.server(k227).standing, Standing::unsolicited);
}

TEST(PickedUpSession, AGreetingMakesItAnOrdinarySession) {
  for (const auto* greeting : {"220 Ready", "220-Ready"}) {
    auto talk = picked_up();
    talk.server(greeting);
    talk.server("220 Now");
    EXPECT_EQ(talk.state(), State::login) << greeting;
    EXPECT_EQ(talk.client(kPort).standing, Standing::not_logged_in);
  }
  auto later = picked_up();
  later.exchange("REIN", "220 Again");
  EXPECT_EQ(later.state(), State::login);
}

}  // namespace
}  // namespace pinhole::test
