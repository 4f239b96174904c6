// Which reply answers which command.

#include <gtest/gtest.h>

#include <string>

#include "unit/ftp/talk.hpp"

namespace pinhole::test {
namespace {

TEST(Offer, SaysWhatWasOffered) {
  auto talk = Talk::logged_in();
  const auto port = talk.client(kPort);
  EXPECT_EQ(port.kind, Kind::offer);
  EXPECT_EQ(port.form, ftp::Form::port);
  EXPECT_EQ(port.standing, Standing::good);
  ASSERT_TRUE(port.endpoint);
  EXPECT_EQ(port.endpoint->port, 1025);
  const auto eprt = talk.client(kEprt);
  EXPECT_EQ(eprt.form, ftp::Form::eprt);
  ASSERT_TRUE(eprt.endpoint);
  EXPECT_EQ(eprt.command, port.command + 1);
}

TEST(Offer, ThatIsMalformedOrCutHasNoEndpoint) {
  auto talk = Talk::logged_in();
  for (const auto* line : {"PORT", "PORT 10,0,0,256,4,1", "EPRT |2|10.0.0.1|1025|"}) {
    const auto heard = talk.client(line);
    EXPECT_EQ(heard.kind, Kind::offer) << line;
    EXPECT_EQ(heard.standing, Standing::good);
    EXPECT_FALSE(heard.endpoint) << line;
  }
  EXPECT_FALSE(talk.session.hear_command(kPort, false).endpoint) << "its end is not known";
}

TEST(Offer, IsAcceptedOrRefusedByItsOwnReply) {
  auto talk = Talk::logged_in();
  const auto first = talk.client(kPort);
  talk.client("NOOP");
  const auto second = talk.client(kEprt);
  const auto third = talk.client(kPort);
  const auto refused = talk.server("500 Illegal PORT");
  EXPECT_EQ(refused.kind, Kind::offer_refused);
  EXPECT_EQ(refused.command, first.command);
  EXPECT_EQ(talk.server("200 Ok").kind, Kind::nothing);
  const auto accepted = talk.server("200 EPRT ok");
  EXPECT_EQ(accepted.kind, Kind::offer_accepted);
  EXPECT_EQ(accepted.form, ftp::Form::eprt);
  EXPECT_EQ(accepted.command, second.command);
  EXPECT_EQ(talk.server("425 No").command, third.command);
}

TEST(Replies, PreliminaryOnesAnswerNothing) {
  auto talk = Talk::logged_in();
  talk.client("RETR x");
  const auto offer = talk.client(kPort);
  for (const auto* line : {"110 Restart marker", "125 Open", "150 Opening", "150-Opening", "150 x"}) {
    EXPECT_EQ(talk.server(line).kind, Kind::nothing) << line;
  }
  EXPECT_EQ(talk.server("226 Complete").kind, Kind::transfer_ended);
  EXPECT_EQ(talk.server("200 Ok").command, offer.command);
}

TEST(Replies, WithoutASpaceCount) {
  Talk talk;
  talk.server("220Ready");
  talk.exchange("USER x", "331Password?");
  talk.exchange("PASS x", "230no_space");
  EXPECT_EQ(talk.state(), State::authorized);
}

TEST(Replies, AbortIsAnsweredTwice) {  // 426 for the transfer, 226 for ABOR
  auto talk = Talk::logged_in();
  talk.exchange("RETR x", "150 Opening");
  talk.client("ABOR");
  talk.server("426 Aborted");
  talk.server("226 Abort successful");
  EXPECT_EQ(talk.exchange(kPort, "200 Ok").kind, Kind::offer_accepted);
}

TEST(Replies, OneTooManyCostsNoPasv) {
  auto talk = Talk::logged_in();
  talk.exchange("RETR x", "150 Opening");
  talk.client("ABOR");
  const auto pasv = talk.client("PASV");
  talk.server("426 Aborted");
  talk.server("226 Aborted");
  EXPECT_EQ(talk.server("225 Abort successful").kind, Kind::nothing) << "one too many";
  const auto answer = talk.server(k227);
  EXPECT_EQ(answer.standing, Standing::good);
  EXPECT_EQ(answer.command, pasv.command);
}

TEST(Replies, OneTooManyIsForgottenAtTheNextRest) {
  auto talk = Talk::logged_in();
  talk.exchange("NOOP", "200 Ok");
  EXPECT_EQ(talk.server("200 Ok again").kind, Kind::nothing);
  const auto offer = talk.client(kPort);
  EXPECT_EQ(talk.server("500 No").command, offer.command);
}

TEST(Replies, InsideAMultiLineReplyNothingIsMeant) {
  auto talk = Talk::logged_in();
  talk.client("STAT");
  talk.client("PASV");
  for (const auto* line :
       {"211-Status", "227 Entering Passive Mode (10,0,0,2,4,2)", "  200 Ok", "plain text", "229 (|||1026|)",
        "", "211-still", "2110 not the end", "211no end", "GET / HTTP/1.1", "500 not yours", "230 Welcome"}) {
    EXPECT_EQ(talk.server(line).kind, Kind::nothing) << line;
  }
  EXPECT_EQ(talk.server("211 End").kind, Kind::nothing);
  EXPECT_EQ(talk.server(k227).standing, Standing::good);
}

TEST(Replies, MultiLineOnesEndWithABareCodeToo) {
  auto talk = Talk::logged_in();
  talk.client("STAT");
  talk.server("211-Status");
  talk.server("211");
  EXPECT_EQ(talk.exchange("PASV", k227).kind, Kind::answer);
}

TEST(Replies, AMultiLineOneAnswersByItsCode) {
  auto talk = Talk::logged_in();
  const auto offer = talk.client(kPort);
  EXPECT_EQ(talk.server("200-PORT").kind, Kind::nothing);
  const auto accepted = talk.server("200 ok");
  EXPECT_EQ(accepted.kind, Kind::offer_accepted);
  EXPECT_EQ(accepted.command, offer.command);
}

}  // namespace
}  // namespace pinhole::test
