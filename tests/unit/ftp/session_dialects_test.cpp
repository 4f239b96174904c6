// What honest servers and clients say that is not by the book, and what is heard all the same.

#include <gtest/gtest.h>

#include <string>

#include "unit/ftp/talk.hpp"

namespace pinhole::test {
namespace {

// Login

TEST(LoginDialect, AnyCompletionLogsIn) {
  for (const auto* yes :
       {"230 in", "220 in", "200 ok", "202 superfluous", "232 in", "250 fine", "230in", "230"}) {
    for (const auto* command : {"USER u", "PASS p", "ACCT a"}) {
      Talk talk;
      talk.greet();
      talk.exchange(command, yes);
      EXPECT_EQ(talk.state(), State::authorized) << command << " " << yes;
    }
  }
}

TEST(LoginDialect, AProxyIsToldTheServerFirst) {
  for (const auto* first : {"OPEN ftp.example.org", "SITE ftp.example.org", "XAUT 2 secret", "ADAT b64",
                            "AUTH GSSAPI", "HOST ftp.example.org", "XYZZY", "user@host"}) {
    Talk talk;
    talk.greet();
    talk.exchange(first, "220 connected");
    talk.exchange("USER u@ftp.example.org", "331 password?");
    talk.exchange("PASS p", "230 in");
    EXPECT_EQ(talk.state(), State::authorized) << first;
    EXPECT_EQ(talk.client(kPort).standing, Standing::good) << first;
  }
}

TEST(LoginDialect, NameAndPasswordInOne) {
  Talk talk;
  talk.greet();
  talk.exchange("XAUT 2 scrambled", "230 in");
  EXPECT_EQ(talk.client(kPort).standing, Standing::good);
}

TEST(LoginDialect, SecurityDataExchanged) {
  Talk talk;
  talk.greet();
  talk.exchange("AUTH GSSAPI", "334 go on");
  talk.exchange("ADAT YII", "335 ADAT=xyz");
  talk.exchange("ADAT xyz", "235 done");
  talk.exchange("USER u", "232 in");
  EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::good);
}

TEST(LoginDialect, ALineThatIsNoCommandStillEndsTrust) {
  for (const auto* line :
       {"Host: a", "a=b", "USER: x", "POST / HTTP/1.1", "{", "-- boundary", "ABCDEFGHIJKLM"}) {
    auto talk = Talk::logged_in();
    EXPECT_EQ(talk.client(line).kind, Kind::not_ftp) << line;
    EXPECT_EQ(talk.client(kPort).standing, Standing::not_ftp) << line;
  }
}

TEST(LoginDialect, AnEmptyLineIsNothing) {
  for (const auto* line : {"", " ", "\t", "\r", " \r\r"}) {
    Talk talk;
    talk.greet();
    EXPECT_EQ(talk.client(line).kind, Kind::nothing);
    talk.log_in_as_greeted();
    EXPECT_EQ(talk.client(line).kind, Kind::nothing);
    EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::good) << "it waits for no reply";
  }
}

// Replies

TEST(ReplyDialect, TextBeforeTheGreeting) {
  Talk talk;
  for (const auto* line : {"Welcome!", "", "120 in a minute", "100 users, 5 of them here"}) {
    EXPECT_EQ(talk.server(line).kind, Kind::nothing) << line;
  }
  talk.log_in();
  EXPECT_EQ(talk.state(), State::authorized);
}

TEST(ReplyDialect, AGreetingOf200) {
  Talk talk;
  talk.server("200 ready");
  talk.log_in_as_greeted();
  EXPECT_EQ(talk.state(), State::authorized);
}

TEST(ReplyDialect, LinesWithoutACodeAreNoReplies) {
  auto talk = Talk::logged_in();
  talk.client("GETENV memsize");
  for (const auto* line : {"memsize    0x20000000", "", " 200 indented", "20 too short", "2000 too long"}) {
    EXPECT_EQ(talk.server(line).kind, Kind::nothing) << line;
  }
  talk.server("200 done");
  EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::good);
}

TEST(ReplyDialect, BareCodes) {
  Talk talk;
  talk.server("220");
  talk.exchange("USER u", "331");
  talk.exchange("PASS p", "230");
  talk.exchange("CWD a", "250");
  EXPECT_EQ(talk.exchange("EPSV", k229).standing, Standing::good);
}

TEST(ReplyDialect, EndsWithAnotherCode) {
  auto talk = Talk::logged_in();
  talk.exchange("PASV", k227);
  talk.client("STOR a");
  talk.server("553-a exists");
  talk.server("150 but is taken");
  EXPECT_TRUE(talk.session.transferring());
  talk.server("226 done");
  EXPECT_FALSE(talk.session.transferring());
  EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::good);
  EXPECT_EQ(talk.exchange("STOR b", "150 go").kind, Kind::nothing);
  EXPECT_EQ(talk.server("226 done").kind, Kind::transfer_ended);
}

TEST(ReplyDialect, AnAbortThatEndsWithAnotherCode) {
  auto talk = Talk::logged_in();
  talk.exchange("RETR a", "150 go");
  talk.client("ABOR");
  talk.server("426-broken");
  talk.server("226 off");
  const auto answer = talk.exchange("PASV", k227);
  EXPECT_EQ(answer.kind, Kind::answer) << "no line of the 426";
  EXPECT_EQ(answer.standing, Standing::good);
}

/// What the client has not read yet it has not taken for an end.
TEST(ReplyDialect, OnlyAClientThatHasReadItAllTellsTheEnd) {
  auto talk = Talk::logged_in();
  talk.client("STAT a");
  talk.server("213-list");
  talk.server("150 is a name");
  talk.session.hear_command("PASV", true, false);
  EXPECT_EQ(talk.server(k227).kind, Kind::nothing) << "a name as well";
  talk.server("213 end");
  EXPECT_EQ(talk.server(k227).standing, Standing::quoted);
}

TEST(ReplyDialect, TheProperEndCounts) {
  auto talk = Talk::logged_in();
  talk.client("STAT a");
  for (const auto* line : {"213-list", "150 is a name", "550 too", "213 end"}) talk.server(line);
  talk.client("SIZE a");
  talk.server("213 5");
  EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::good);
}

// Pairing

TEST(Pairing, ANoopIsNeverAnsweredInATransfer) {
  auto talk = Talk::logged_in();
  talk.exchange("RETR a", "150 go");
  talk.client("NOOP");
  talk.server("226 done");
  const auto offer = talk.client(kPort);
  talk.server("200 port");
  EXPECT_EQ(talk.exchange("REST 100", "350 go on").kind, Kind::nothing) << "it refuses no PORT";
  const auto transfer = talk.client("RETR a");
  talk.server("150 go");
  const auto ended = talk.server("226 done");
  EXPECT_EQ(ended.kind, Kind::transfer_ended);
  EXPECT_EQ(ended.command, offer.command);
  EXPECT_GT(transfer.command, offer.command);
}

TEST(Pairing, AFailedTransferRefusesNoPort) {
  auto talk = Talk::logged_in();
  talk.client("NOOP");  // never answered
  talk.client(kPort);
  talk.server("200 port");
  talk.client("RETR a");
  EXPECT_EQ(talk.server("550 no such file").kind, Kind::nothing);
}

TEST(Pairing, ARefusedPortIsRefused) {
  for (const auto* reply : {"500 what?", "501 no", "502 no", "504 no", "530 log in", "421 bye"}) {
    auto talk = Talk::logged_in();
    EXPECT_EQ(talk.exchange(kPort, reply).kind, Kind::offer_refused) << reply;
  }
  auto talk = Talk::logged_in();
  talk.client("TYPE I");
  talk.client(kPort);
  talk.server("200 type");
  EXPECT_EQ(talk.server("501 no").kind, Kind::offer_refused) << "in one packet with TYPE";
}

TEST(Pairing, AnAborAnsweredOnce) {
  for (const auto* reply : {"226 off", "426 off"}) {
    auto talk = Talk::logged_in();
    talk.exchange("RETR a", "150 go");
    talk.client("ABOR");
    talk.server(reply);
    EXPECT_EQ(talk.exchange("TYPE I", "200 ok").kind, Kind::nothing);
    EXPECT_EQ(talk.exchange(kPort, "200 ok").kind, Kind::offer_accepted) << reply;
    EXPECT_EQ(talk.exchange("RETR b", "150 go").kind, Kind::nothing);
    EXPECT_EQ(talk.server("226 done").kind, Kind::transfer_ended) << reply;
  }
}

TEST(Pairing, ALateEndOfATransferTakesNoPasv) {
  auto talk = Talk::logged_in();
  talk.client("PASV");
  talk.client("RETR a");
  EXPECT_EQ(talk.server("226 of the one before").kind, Kind::nothing);
  EXPECT_EQ(talk.server(k227).standing, Standing::good);
  talk.server("150 go");
  EXPECT_EQ(talk.server("226 done").kind, Kind::transfer_ended);
}

TEST(Pairing, A227IsPassedOverByNothing) {
  auto talk = Talk::logged_in();
  talk.client("PASV");
  talk.client("SIZE a");
  talk.server("213 5");
  EXPECT_EQ(talk.server(k227).standing, Standing::good);
}

}  // namespace
}  // namespace pinhole::test
