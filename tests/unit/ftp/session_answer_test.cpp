// 227 and 229: which PASV or EPSV they answer, and what follows from EPSV ALL.

#include <gtest/gtest.h>

#include <string>

#include "unit/ftp/talk.hpp"

namespace pinhole::test {
namespace {

TEST(Answer, SaysWhatWasAnswered) {
  auto talk = Talk::logged_in();
  const auto pasv = talk.client("PASV");
  const auto heard = talk.server(k227);
  EXPECT_EQ(heard.kind, Kind::answer);
  EXPECT_EQ(heard.form, ftp::Form::pasv);
  EXPECT_EQ(heard.standing, Standing::good);
  EXPECT_EQ(heard.command, pasv.command);
  ASSERT_TRUE(heard.endpoint);
  EXPECT_EQ(heard.endpoint->port, 1026);
}

TEST(Answer, OfEitherKindAnswersEitherCommand) {  // some servers answer EPSV with 227
  for (const auto* command : {"PASV", "EPSV", "EPSV 1", "EPSV 2", "epsv"}) {
    for (const auto reply : {k227, k229}) {
      auto talk = Talk::logged_in();
      const auto heard = talk.exchange(command, reply);
      EXPECT_EQ(heard.standing, Standing::good) << command << " / " << reply;
      EXPECT_EQ(heard.form, reply == k227 ? ftp::Form::pasv : ftp::Form::epsv);
    }
  }
}

TEST(Answer, NobodyAskedForIsUnsolicited) {
  for (const auto reply : {k227, k229}) {
    auto talk = Talk::logged_in();
    EXPECT_EQ(talk.server(reply).standing, Standing::unsolicited);
    EXPECT_EQ(talk.exchange("NOOP", reply).standing, Standing::unsolicited);
    EXPECT_EQ(talk.exchange("EPSV ALL", reply).standing, Standing::unsolicited) << "this asks for no port";
    auto answered = Talk::logged_in();
    answered.exchange("PASV", k227);
    EXPECT_EQ(answered.server(reply).standing, Standing::unsolicited) << "once is enough";
  }
}

TEST(Answer, AfterARefusalIsUnsolicited) {
  auto talk = Talk::logged_in();
  talk.exchange("PASV", "502 No");
  EXPECT_EQ(talk.server(k227).standing, Standing::unsolicited);
}

TEST(Answer, BeforeLoginSaysSo) {
  Talk talk;
  talk.greet();
  EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::not_logged_in);
}

TEST(Answer, ThatIsMalformedOrCutHasNoEndpoint) {
  auto talk = Talk::logged_in();
  for (const auto* line : {"227 Logout.", "227", "227 (1,2,3,4,5,256)", "229 nothing"}) {
    const auto heard = talk.exchange("PASV", line);
    EXPECT_EQ(heard.kind, Kind::answer) << line;
    EXPECT_EQ(heard.standing, Standing::good) << line;
    EXPECT_FALSE(heard.endpoint) << line;
  }
  talk.client("PASV");
  EXPECT_FALSE(talk.session.hear_reply(k227, false).endpoint) << "its end is not known";
}

TEST(Answer, PipelinedOnesComeInOrder) {
  auto talk = Talk::logged_in();
  const auto first = talk.client("PASV");
  const auto second = talk.client("EPSV");
  EXPECT_EQ(talk.server(k227).command, first.command);
  EXPECT_EQ(talk.server(k229).command, second.command);
  EXPECT_EQ(talk.server(k229).standing, Standing::unsolicited);
}

TEST(Answer, FindsItsPlaceAgainAfterALostReply) {
  auto talk = Talk::logged_in();
  talk.client("NOOP");
  talk.client("SYST");
  const auto pasv = talk.client("PASV");
  const auto offer = talk.client(kPort);
  EXPECT_EQ(talk.server(k227).command, pasv.command) << "NOOP and SYST were never answered";
  EXPECT_EQ(talk.server("200 Ok").command, offer.command);
}

TEST(Answer, TheSecondOfTwoMayBeRefused) {
  auto talk = Talk::logged_in();
  talk.client("EPSV");
  const auto pasv = talk.client("PASV");
  EXPECT_EQ(talk.server("500 EPSV not understood").kind, Kind::nothing);
  const auto heard = talk.server(k227);
  EXPECT_EQ(heard.standing, Standing::good);
  EXPECT_EQ(heard.command, pasv.command);
}

TEST(Answer, OfManyLinesIsInItsLast) {
  for (const std::string code : {"227", "229"}) {
    auto talk = Talk::logged_in();
    const auto pasv = talk.client("PASV");
    EXPECT_EQ(talk.server(code + "-Entering Passive Mode (10,0,0,2,4,1) (|||1025|)").kind, Kind::nothing);
    EXPECT_EQ(talk.server("and (10,0,0,2,4,1)").kind, Kind::nothing);
    const auto heard = talk.server(code + " Passive (10,0,0,2,4,2) (|||1026|)");
    EXPECT_EQ(heard.kind, Kind::answer);
    EXPECT_EQ(heard.command, pasv.command);
    EXPECT_EQ(heard.standing, Standing::good);
    ASSERT_TRUE(heard.endpoint);
    EXPECT_EQ(heard.endpoint->port, 1026);
    EXPECT_EQ(talk.exchange(kPort, "200 Ok").kind, Kind::offer_accepted) << "PASV is not open any more";
    EXPECT_EQ(talk.server(k227).standing, Standing::unsolicited);
    EXPECT_EQ(talk.exchange("QUIT", "221 Bye").kind, Kind::ended);
  }
}

TEST(EpsvAll, IsAPromiseToUseNothingElse) {
  auto talk = Talk::logged_in();
  EXPECT_EQ(talk.exchange("epsv all", "200 Ok").kind, Kind::nothing);
  EXPECT_EQ(talk.client(kPort).standing, Standing::epsv_all);
  talk.server("501 Not allowed");
  EXPECT_EQ(talk.client(kEprt).standing, Standing::epsv_all);
  talk.server("501 Not allowed");
  EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::epsv_all);
  EXPECT_EQ(talk.exchange("EPSV", k229).standing, Standing::good);
  EXPECT_EQ(talk.exchange("EPSV", k227).standing, Standing::good);
}

TEST(EpsvAll, CountsOnlyIfTheServerAgrees) {
  auto talk = Talk::logged_in();
  talk.exchange("EPSV ALL", "500 What?");
  EXPECT_EQ(talk.client(kPort).standing, Standing::good);
}

TEST(EpsvAll, EndsWithTheUser) {
  auto talk = Talk::logged_in();
  talk.exchange("EPSV ALL", "200 Ok");
  talk.exchange("REIN", "220 Ready");
  talk.exchange("USER x", "230 Welcome");
  EXPECT_EQ(talk.client(kPort).standing, Standing::good);
}

TEST(MayNeedEdit, ACommandOnlyInTheClear) {
  auto talk = Talk::logged_in();
  EXPECT_TRUE(talk.session.may_need_edit_command(""));
  EXPECT_TRUE(talk.session.may_need_edit_command("EPR"));
  EXPECT_FALSE(talk.session.may_need_edit_command("RETR"));
  talk.client("GET / HTTP/1.1");
  EXPECT_FALSE(talk.session.may_need_edit_command("PORT "));
}

/// Before the login only where what is awaited may be the login.
TEST(MayNeedEdit, ACommandNotBeforeTheLoginIsUnderWay) {
  Talk talk;
  talk.greet();
  EXPECT_FALSE(talk.session.may_need_edit_command("PORT"));
  talk.client("SYST");
  EXPECT_FALSE(talk.session.may_need_edit_command("PORT"));
  for (const auto* command : {"USER u", "PASS p", "ACCT a"}) {
    Talk login;
    login.greet();
    login.client(command);
    EXPECT_TRUE(login.session.may_need_edit_command("PORT")) << command;
  }
}

/// Found by fuzzing: greeting, login and answer may come in one packet.
TEST(MayNeedEdit, ALoginMayBeUnderWayBeforeTheGreeting) {
  Talk talk;
  for (const auto* command : {"USER u", "PASS p", "PASV"}) talk.client(command);
  EXPECT_TRUE(talk.session.may_need_edit_later_reply("227 "));
  Talk without;
  without.client("PASV");
  EXPECT_FALSE(without.session.may_need_edit_later_reply("227 "));
}

TEST(MayNeedEdit, AReplyOnlyWhileItIsAwaited) {
  auto talk = Talk::logged_in();
  EXPECT_FALSE(talk.session.may_need_edit_reply("22"));
  talk.client("STAT");
  EXPECT_FALSE(talk.session.may_need_edit_reply("22"));
  talk.client("PASV");
  EXPECT_TRUE(talk.session.may_need_edit_reply("22"));
  EXPECT_TRUE(talk.session.may_need_edit_reply("227 Enter"));
  EXPECT_FALSE(talk.session.may_need_edit_reply("226"));
  talk.server("211-Status");
  EXPECT_FALSE(talk.session.may_need_edit_reply("227")) << "inside a multi-line reply";
  EXPECT_TRUE(talk.session.may_need_edit_later_reply("227")) << "but it may end before";
  EXPECT_FALSE(talk.session.may_need_edit_later_reply("226"));
  talk.server("211 End");
  EXPECT_TRUE(talk.session.may_need_edit_reply("229"));
  talk.server(k227);
  EXPECT_FALSE(talk.session.may_need_edit_reply("229"));
}

}  // namespace
}  // namespace pinhole::test
