// A session's life: greeting, login, farewell.

#include "pinhole/ftp/session.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/ftp/talk.hpp"

namespace pinhole::test {
namespace {

TEST(Session, LogsInWithUserAndPassword) {
  Talk talk;
  EXPECT_EQ(talk.state(), State::greeting);
  talk.greet();
  EXPECT_EQ(talk.state(), State::login);
  talk.exchange("USER anonymous", "331 Password?");
  EXPECT_EQ(talk.state(), State::login);
  talk.exchange("PASS guest@", "230 Welcome");
  EXPECT_EQ(talk.state(), State::authorized);
}

TEST(Session, LogsInByEveryWayOfRfc959) {
  const std::vector<std::pair<const char*, const char*>> ways[] = {
      {{"USER x", "230 No password needed"}},
      {{"USER x", "232 Authorized by the security data exchange"}},  // RFC 2228
      {{"USER x", "331 Password?"}, {"PASS x", "202 Superfluous"}},
      {{"USER x", "331 Password?"}, {"PASS x", "332 Account?"}, {"ACCT x", "230 Welcome"}},
      {{"USER x", "332 Account?"}, {"ACCT x", "230 Welcome"}},
      {{"SYST", "215 UNIX"}, {"FEAT", "211 None"}, {"user x", "331"}, {"pass x", "230"}},
      {{"USER x", "331 Password?"}, {"PASS no", "530 Wrong"}, {"USER x", "331"}, {"PASS yes", "230 Right"}},
  };
  for (const auto& way : ways) {
    Talk talk;
    talk.greet();
    for (const auto& [command, reply] : way) {
      EXPECT_EQ(talk.state(), State::login) << command;
      talk.exchange(command, reply);
    }
    EXPECT_EQ(talk.state(), State::authorized) << way.back().second;
  }
}

TEST(Session, IsNotLoggedInByAnythingElse) {
  const std::pair<const char*, const char*> exchanges[] = {
      {"USER x", "331 Password?"}, {"PASS x", "530 Wrong"},      {"PASS x", "332 Account?"},
      {"PASS x", "421 Go away"},   {"NOOP", "230 Welcome"},      {"SYST", "230 Welcome"},
      {"USER x", "130 Welcome"},   {"HOST a.example", "220 Ok"},
  };
  for (const auto& [command, reply] : exchanges) {
    Talk talk;
    talk.greet();
    talk.exchange(command, reply);
    EXPECT_EQ(talk.state(), State::login) << command << " / " << reply;
    EXPECT_EQ(talk.client(kPort).standing, Standing::not_logged_in);
  }
  Talk unasked;
  unasked.greet();
  unasked.server("230 Welcome");
  EXPECT_EQ(unasked.state(), State::login);
}

TEST(Session, PasswordsAreInNothingItSays) {
  Talk talk;
  talk.greet();
  talk.exchange("USER x", "331 Password?");
  const auto heard = talk.client("PASS 10,0,0,1,4,1");
  EXPECT_EQ(heard.kind, Kind::nothing);
  EXPECT_FALSE(heard.endpoint);
}

TEST(Session, GreetingMayBeAnnounced) {
  Talk talk;
  talk.server("120 Ready in 2 minutes");
  EXPECT_EQ(talk.state(), State::greeting);
  talk.greet();
  EXPECT_EQ(talk.state(), State::login);
}

TEST(Session, GreetingMayHaveManyLines) {
  Talk talk;
  for (const auto* line :
       {"220-Welcome", "un-prefixed", "  227 (1,2,3,4,5,6)", "", "220-more", "230 not this", "220not this"}) {
    talk.server(line);
    EXPECT_EQ(talk.state(), State::greeting) << line;
  }
  talk.server("220 ready");
  EXPECT_EQ(talk.state(), State::login);
}

TEST(Session, GreetingMayBeARefusal) {
  Talk talk;
  EXPECT_EQ(talk.server("421 Too many users").kind, Kind::nothing);
  EXPECT_EQ(talk.state(), State::greeting);
}

TEST(Session, CommandsMayComeBeforeTheGreeting) {  // eight of them, and the replies keep their places
  Talk talk;
  const std::pair<const char*, const char*> exchanges[] = {
      {"USER x", "331"}, {"PASS x", "230"}, {"SYST", "215"}, {"PWD", "257"},
      {"TYPE I", "200"}, {"FEAT", "211"},   {"NOOP", "200"},
  };
  for (const auto& [command, reply] : exchanges) EXPECT_EQ(talk.client(command).kind, Kind::nothing);
  const auto offer = talk.client(kPort);
  EXPECT_EQ(offer.standing, Standing::from_middle) << "whether a greeting is still to come, nobody knows";
  EXPECT_EQ(offer.command, 8u);
  talk.server("120 Wait");
  talk.greet();
  for (const auto& [command, reply] : exchanges) EXPECT_EQ(talk.server(reply).kind, Kind::nothing);
  EXPECT_EQ(talk.state(), State::authorized);
  const auto answer = talk.server("200 PORT ok");
  EXPECT_EQ(answer.kind, Kind::offer_accepted);
  EXPECT_EQ(answer.command, 8u);
}

TEST(Session, ReinBeginsAgain) {
  auto talk = Talk::logged_in();
  talk.exchange("REIN", "120 Later");
  EXPECT_EQ(talk.state(), State::authorized);
  talk.server("220 Ready for a new user");
  EXPECT_EQ(talk.state(), State::login);
  EXPECT_EQ(talk.client(kPort).standing, Standing::not_logged_in);
  talk.server("530 Not logged in");
  talk.exchange("USER x", "230 Welcome");
  EXPECT_EQ(talk.client(kPort).standing, Standing::good);
}

TEST(Session, ReinRefusedChangesNothing) {
  auto talk = Talk::logged_in();
  talk.exchange("REIN", "502 Not implemented");
  EXPECT_EQ(talk.state(), State::authorized);
}

TEST(Session, EndsWhenQuitIsAnswered) {
  auto talk = Talk::logged_in();
  EXPECT_EQ(talk.client("QUIT").kind, Kind::nothing);
  EXPECT_EQ(talk.state(), State::authorized) << "a transfer may still be running";
  EXPECT_EQ(talk.server("221 Bye").kind, Kind::ended);
  EXPECT_EQ(talk.state(), State::ended);
  EXPECT_NE(talk.client(kPort).standing, Standing::good);
  EXPECT_NE(talk.server(k227).standing, Standing::good);
}

TEST(Session, GoesOnWhenQuitIsRefused) {
  auto talk = Talk::logged_in();
  EXPECT_EQ(talk.exchange("QUIT", "500 Stay").kind, Kind::nothing);
  EXPECT_EQ(talk.state(), State::authorized);
}

TEST(Session, EmptyCommandLinesAreNothing) {
  Talk talk;
  EXPECT_EQ(talk.client("").kind, Kind::nothing);
  talk.log_in();
  EXPECT_EQ(talk.exchange("", "200 to nobody").kind, Kind::nothing);
  EXPECT_EQ(talk.client("PASV").command, 3u);
}

}  // namespace
}  // namespace pinhole::test
