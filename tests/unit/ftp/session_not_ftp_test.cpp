// What is no FTP session, and what was not seen from its beginning.

#include <gtest/gtest.h>

#include <string>

#include "unit/ftp/talk.hpp"

namespace pinhole::test {
namespace {

TEST(NotFtpSession, BeginsWithALineThatIsNoCommand) {
  for (const auto* line :
       {"POST /upload HTTP/1.1", "Host: ftp.example.org", "INVITE sip:a@b SIP/2.0", "EHLO example.org",
        "\x16\x03\x01\x02", "USER / HTTP/1.1", "PORT 10,0,0,1,4,1 HTTP/1.1", "XY=ZZY", "BREW: coffee"}) {
    Talk talk;
    talk.greet();
    EXPECT_EQ(talk.client(line).kind, Kind::not_ftp) << line;
    EXPECT_EQ(talk.state(), State::not_ftp);
  }
}

/// NAT slipstreaming: a browser posts a form to port 21, and the attacker's server plays along.
TEST(NotFtpSession, StaysSoWhateverIsSaidLater) {
  Talk talk;
  talk.greet();
  EXPECT_EQ(talk.client("POST / HTTP/1.1").kind, Kind::not_ftp);
  for (const auto* line : {"Host: attacker.example", "Content-Length: 5000", "", "USER x", "PASS x"}) {
    EXPECT_EQ(talk.client(line).kind, Kind::nothing) << "it is told once: " << line;
  }
  for (const auto* line : {"220 Ready", "230 Welcome", "230 Welcome", "no reply at all"}) {
    EXPECT_EQ(talk.server(line).kind, Kind::nothing) << line;
  }
  const auto offer = talk.client(kPort);
  EXPECT_EQ(offer.kind, Kind::offer);
  EXPECT_EQ(offer.standing, Standing::not_ftp);
  talk.client("PASV");
  const auto answer = talk.server(k227);
  EXPECT_EQ(answer.kind, Kind::answer);
  EXPECT_EQ(answer.standing, Standing::not_ftp);
  talk.session.cleared();
  EXPECT_EQ(talk.state(), State::not_ftp);
}

TEST(NotFtpSession, BeginsInTheMiddleOfALoggedInOneToo) {
  auto talk = Talk::logged_in();
  EXPECT_EQ(talk.client("GET / HTTP/1.1").kind, Kind::not_ftp);
  EXPECT_EQ(talk.client(kPort).standing, Standing::not_ftp);
}

TEST(NotFtpSession, IsNotAnUnknownCommandOfOneWhoIsLoggedIn) {
  auto talk = Talk::logged_in();
  EXPECT_EQ(talk.exchange("XYZZY now", "500 What?").kind, Kind::nothing);
  EXPECT_EQ(talk.state(), State::authorized);
}

TEST(NotFtpSession, BeginsWithAReplyOfAnotherProtocol) {
  for (const auto* line :
       {"HTTP/1.1 200 OK", "SSH-2.0-OpenSSH_9.2", "+OK ready", "* OK IMAP4rev1", "-ERR no"}) {
    Talk talk;
    EXPECT_EQ(talk.server(line).kind, Kind::not_ftp) << line;
    auto later = Talk::logged_in();
    EXPECT_EQ(later.exchange("NOOP", line).kind, Kind::not_ftp) << line;
    EXPECT_EQ(later.client(kPort).standing, Standing::not_ftp);
  }
}

TEST(SessionFromItsMiddle, HasNoGreeting) {
  for (const auto* line : {"250 Ok", "226 Transfer complete", "331 Password?", "230 Welcome"}) {
    Talk talk;
    const auto heard = talk.server(line);
    EXPECT_EQ(heard.kind, Kind::not_ftp) << line;
    EXPECT_EQ(heard.standing, Standing::from_middle) << line;
    EXPECT_EQ(talk.client(kPort).standing, Standing::from_middle) << line;
    EXPECT_EQ(talk.server(k229).standing, Standing::from_middle) << line;
  }
}

TEST(SessionFromItsMiddle, BeginsWithAnAnswer) {
  for (const auto line : {k227, k229}) {
    Talk talk;
    talk.client("PASV");
    const auto heard = talk.server(line);
    EXPECT_EQ(heard.kind, Kind::answer);
    EXPECT_EQ(heard.standing, Standing::from_middle);
    EXPECT_EQ(talk.state(), State::not_ftp);
  }
}

TEST(SessionFromItsMiddle, BeginsWithAnOffer) {
  Talk talk;
  EXPECT_EQ(talk.client(kPort).standing, Standing::from_middle);
  EXPECT_EQ(talk.server("250 PORT ok").standing, Standing::from_middle);
}

TEST(SessionBounds, TooManyOpenCommandsMakeItNoFtp) {
  auto talk = Talk::logged_in(4);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(talk.client("NOOP").kind, Kind::nothing);
  EXPECT_EQ(talk.client("NOOP").kind, Kind::not_ftp);
  EXPECT_EQ(talk.client(kPort).standing, Standing::overrun);
}

TEST(SessionBounds, AnsweredCommandsMakeRoom) {
  auto talk = Talk::logged_in(4);
  for (int i = 0; i < 4; ++i) talk.client("NOOP");
  for (int i = 0; i < 100; ++i) {
    talk.server("200 Ok");
    EXPECT_EQ(talk.client(i % 2 ? "NOOP" : kPort).command, 7u + static_cast<unsigned>(i));
    EXPECT_EQ(talk.state(), State::authorized) << i;
  }
}

TEST(SessionBounds, RepliesWithoutCommandsTakeNone) {
  auto talk = Talk::logged_in(2);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(talk.server("200 Ok").kind, Kind::nothing);
  EXPECT_EQ(talk.exchange(kPort, "200 Ok").kind, Kind::offer_accepted);
}

}  // namespace
}  // namespace pinhole::test
