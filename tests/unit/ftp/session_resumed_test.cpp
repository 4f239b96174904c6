// Sessions of which it is only known where they stand.

#include <gtest/gtest.h>

#include "unit/ftp/talk.hpp"

namespace pinhole::test {
namespace {

Talk resumed(State state, bool epsv_all = false) {
  Talk talk;
  talk.session.resume(state, epsv_all);
  return talk;
}
Talk logged_in() {
  return resumed(State::authorized);
}

TEST(ResumedSession, LoggedInItNegotiates) {
  auto active = logged_in();
  EXPECT_EQ(active.client(kPort).standing, Standing::good);
  EXPECT_EQ(active.server("200 ok").kind, Kind::offer_accepted);
  auto passive = logged_in();
  EXPECT_EQ(passive.exchange("PASV", k227).standing, Standing::good);
}

TEST(ResumedSession, ItsFirstLinesMayBeTheEndsOfLines) {
  auto talk = logged_in();
  EXPECT_EQ(talk.client("8,1,10,200,10").kind, Kind::nothing);
  EXPECT_EQ(talk.server(" more of a listing").kind, Kind::nothing);
  EXPECT_EQ(talk.server("and more").kind, Kind::nothing);
  EXPECT_EQ(talk.server("213 End").kind, Kind::nothing);
  EXPECT_EQ(talk.client(kPort).standing, Standing::good);
}

TEST(ResumedSession, OnlyItsFirstLinesMay) {
  auto talk = logged_in();
  talk.client("8,1,10,200,10");
  EXPECT_EQ(talk.client("8,1,10,200,10").kind, Kind::not_ftp);
  auto other = logged_in();
  other.server("200 ok");
  EXPECT_EQ(other.server("HTTP/1.1 200 OK").kind, Kind::not_ftp);
}

TEST(ResumedSession, AnAnswerNobodyAskedForIsNone) {
  auto talk = logged_in();
  EXPECT_EQ(talk.server(k227).standing, Standing::unsolicited);
}

/// The greeting may have passed before, or its last line is still to come.
TEST(ResumedSession, AtItsGreetingItLogsInAsEver) {
  for (const auto* rest : {"220 Now", " and welcome"}) {
    auto talk = resumed(State::login);
    talk.server(rest);
    EXPECT_EQ(talk.state(), State::login) << rest;
    EXPECT_EQ(talk.client(kPort).standing, Standing::not_logged_in);
    talk.server("530 no");
    talk.exchange("USER u", "331 password");
    talk.exchange("PASS p", "230 in");
    EXPECT_EQ(talk.client(kPort).standing, Standing::good) << rest;
  }
}

TEST(ResumedSession, KeepsThePromiseOfEpsvAll) {
  auto talk = resumed(State::authorized, true);
  EXPECT_EQ(talk.client(kPort).standing, Standing::epsv_all);
}

TEST(ResumedSession, OneThatIsUnknownIsNotFtpForEver) {
  Talk talk;
  talk.session.missed();
  talk.server("220 Ready");
  talk.exchange("USER u", "331 password");
  talk.exchange("PASS p", "230 in");
  EXPECT_EQ(talk.state(), State::not_ftp);
  EXPECT_EQ(talk.client(kPort).standing, Standing::from_middle);
}

}  // namespace
}  // namespace pinhole::test
