// Replies of several lines that quote what users choose: a line of them may read like an answer to a PASV.

#include <gtest/gtest.h>

#include "unit/ftp/talk.hpp"

namespace pinhole::test {
namespace {

/// What a reply to `command` with these inner lines makes of a PASV that is sent before it has come.
Standing pipelined(std::string_view command, std::initializer_list<std::string_view> lines) {
  auto talk = Talk::logged_in();
  talk.client(command);
  talk.client("PASV");
  for (const auto line : lines) talk.server(line);
  return talk.server(k227).standing;
}

TEST(QuotedReply, AnAnswerThatWasNotAskedForAloneIsNotBelieved) {
  EXPECT_EQ(pipelined("STAT .", {"213-Status", " a", "213 End"}), Standing::quoted);
  EXPECT_EQ(pipelined("MLST a", {"250-Listing", " type=file; a", " b", "250 End"}), Standing::quoted);
  EXPECT_EQ(pipelined("SITE INDEX", {"200-", "200 End"}), Standing::quoted);
}

TEST(QuotedReply, WhatTheServerSaysOfItselfQuotesNobody) {
  EXPECT_EQ(pipelined("FEAT", {"211-Features", " UTF8", "211 End"}), Standing::good);
  EXPECT_EQ(pipelined("HELP", {"214-Commands", " USER", "214 End"}), Standing::good);
  EXPECT_EQ(pipelined("STAT", {"211-Status", " TYPE: A", "211 End"}), Standing::good);
  EXPECT_EQ(pipelined("MLST a", {"250-Listing", " type=file; a", "250 End"}), Standing::good)
      << "one indented line";
  EXPECT_EQ(pipelined("NOOP", {"200 ok"}), Standing::good) << "of one line";
  Talk login;
  login.server("220-Welcome");
  login.server(" 227 (10,0,0,1,4,1)");
  login.server("220 Ready");
  login.exchange("USER u", "331 password");
  login.client("PASS p");
  login.client("PASV");
  login.server("230-Message of the day");
  login.server("230 in");
  EXPECT_EQ(login.server(k227).standing, Standing::good);
}

class Listed : public testing::Test {
 protected:
  Listed() {
    talk.client("STAT .");
    for (const auto* line : {"213-Status", " a", "213 End"}) talk.server(line);
  }
  Talk talk = Talk::logged_in();
};

TEST_F(Listed, WhoWaitsForEachReplyIsBelieved) {
  EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::good);
  talk.exchange("RETR a", "226 done");
  EXPECT_EQ(talk.exchange("EPSV", k229).standing, Standing::good);
}

TEST_F(Listed, WhoDoesNotIsNot) {
  talk.client("SIZE a");
  talk.client("PASV");
  talk.server("213 5");
  EXPECT_EQ(talk.server(k227).standing, Standing::quoted);
}

/// Clients send TYPE and PASV in one packet.
TEST_F(Listed, SettingsMayBeUnderWay) {
  talk.client("TYPE I");
  talk.client("NOOP");
  talk.client("PASV");
  talk.server("200 ok");
  talk.server("200 ok");
  EXPECT_EQ(talk.server(k227).standing, Standing::good);
}

TEST_F(Listed, ButNotASettingBehindSomethingElse) {
  talk.client("SIZE a");
  talk.client("TYPE I");
  talk.client("PASV");
  talk.server("213 5");
  talk.server("200 ok");
  EXPECT_EQ(talk.server(k227).standing, Standing::quoted);
}

/// IIS leaves a NOOP in a transfer without a reply, and the next reply is taken for its.
TEST_F(Listed, OrBehindOnesThatAreNeverAnswered) {
  talk.client("RETR a");
  talk.server("150 here");
  talk.client("NOOP");
  talk.server("226 done");
  talk.exchange("TYPE I", "200 so");
  talk.client("PASV");
  EXPECT_EQ(talk.server(k227).standing, Standing::good);
}

TEST_F(Listed, OrBehindSeveralWithLinesBetween) {
  for (int i = 0; i < 2; ++i) {
    talk.client("LIST");
    talk.server("150 here");
    talk.client("NOOP");
    talk.server("250 done");
  }
  for (const auto& [command, reply] : {std::pair{"NOOP", "200 ok"}, {"SYST", "215 UNIX"}}) {
    talk.client(command);
    talk.server("0x94");
    talk.server("");
    talk.server(reply);
  }
  talk.client("TYPE I");
  talk.client("PASV");
  talk.server("200 so");
  EXPECT_EQ(talk.server(k227).standing, Standing::good);
}

/// Replies that the unanswered NOOP could have are those of what was said since.
TEST_F(Listed, OrBehindWhatIsAnsweredSince) {
  for (const auto& [command, reply] : {std::pair{"CWD nowhere", "550 no"},
                                       {"EPSV", "502 not here"},
                                       {"SITE CHMOD 644 a", "200 ok"},
                                       {"ALLO 1", "202 no need"}}) {
    talk.client("RETR a");
    talk.server("150 here");
    talk.client("NOOP");
    talk.server("226 done");
    talk.exchange("NOOP", "200 ok");
    talk.exchange(command, reply);
    EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::good) << command;
  }
}

/// The answer to NOOP is late, and the PASV has been sent.
TEST(AnsweredLate, ARefusalIsNotThatOfANegotiation) {
  for (const auto* command : {"PASV", "PORT 10,0,0,1,4,1"}) {
    auto talk = Talk::logged_in();
    talk.client("RETR a");
    talk.server("150 here");
    talk.client("XYZZY");
    talk.server("226 done");
    talk.client(command);
    EXPECT_EQ(talk.server("500 what?").kind, Kind::nothing) << command;
    const bool passive = command[1] == 'A';
    EXPECT_TRUE(!passive || talk.server(k227).standing == Standing::good);
  }
}

TEST(AnsweredLate, NorIsOneOfWhatCameBehindANegotiation) {
  auto talk = Talk::logged_in();
  talk.client("RETR a");
  talk.server("150 here");
  for (const auto* command : {"XYZZY", "PASV"}) talk.client(command);
  talk.server("226 done");
  talk.client("PWD");
  talk.server("500 what?");
  EXPECT_EQ(talk.server(k227).standing, Standing::good);
}

/// An EPSV that was refused, though the refusal may have been another's, is in nobody's way.
TEST_F(Listed, OrBehindARefusedNegotiation) {
  talk.client("RETR a");
  talk.server("150 here");
  talk.client("ABOR");
  talk.server("426 aborted");
  talk.exchange("EPSV", "522 no");
  talk.client("TYPE I");
  talk.client("PASV");
  talk.server("200 so");
  EXPECT_EQ(talk.server(k227).standing, Standing::good);
}

TEST_F(Listed, OrBehindAnAbortThatIsAnsweredOnce) {
  talk.client("RETR a");
  talk.server("150 here");
  talk.client("ABOR");
  talk.server("226 done");
  EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::good);
}

TEST_F(Listed, OrAnsweredWithSeveralLines) {
  talk.client("PASV");
  talk.server("227-Entering");
  talk.server(" passive mode now.");
  EXPECT_EQ(talk.server(k227).standing, Standing::good);
}

TEST_F(Listed, ButNotWhereWhatWasSaidBeforeIsUnderWay) {
  talk.client("RETR a");
  talk.server("150 here");
  talk.client("NOOP");
  talk.server("226 done");
  talk.session.hear_command("PASV", true, false);
  EXPECT_EQ(talk.server(k227).standing, Standing::quoted);
}

/// Not even if a client is quicker than the server with its answer to NOOP.
TEST_F(Listed, NorWhereAReplyOfSeveralLinesComesAfterAll) {
  talk.client("RETR a");
  talk.server("150 here");
  talk.client("NOOP");
  talk.server("226 done");
  talk.client("STAT .");
  talk.server("200 ok");
  talk.client("PASV");
  for (const auto* line : {"213-Status", " forged", "213 End"}) talk.server(line);
  EXPECT_EQ(talk.server(k227).standing, Standing::quoted);
}

TEST_F(Listed, NorBehindACommandThatQuotes) {
  talk.client("STAT .");
  talk.client("NOOP");
  talk.client("PASV");
  talk.server("213 End");
  talk.server("200 so");
  EXPECT_EQ(talk.server(k227).standing, Standing::quoted);
}

TEST_F(Listed, NorWithAReplyOfSeveralLines) {
  talk.client("TYPE I");
  talk.client("PASV");
  talk.server("200-so");
  talk.server(" and");
  talk.server("200 so");
  EXPECT_EQ(talk.server(k227).standing, Standing::quoted);
}

TEST_F(Listed, NorWhereTheClientHasNotAcknowledgedEverything) {
  talk.session.hear_command("PASV", true, false);
  EXPECT_EQ(talk.server(k227).standing, Standing::quoted);
}

/// The end of the quoted reply comes behind its forged one.
TEST_F(Listed, NorWhereAReplyTooManyHasCome) {
  talk.client("PASV");
  talk.server("213 End");
  EXPECT_EQ(talk.server(k227).standing, Standing::quoted);
}

TEST_F(Listed, ALineOfAnotherReplyIsUnderWay) {
  talk.server("213-and more");
  talk.client("PASV");
  talk.server("213 End");
  EXPECT_EQ(talk.server(k227).standing, Standing::quoted);
}

}  // namespace
}  // namespace pinhole::test
