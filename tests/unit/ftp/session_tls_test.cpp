// AUTH and CCC (RFC 4217).

#include <gtest/gtest.h>

#include "unit/ftp/talk.hpp"

namespace pinhole::test {
namespace {

TEST(Auth, TlsHidesTheRest) {
  for (const auto* command : {"AUTH TLS", "auth tls", "AUTH TLS-C", "AUTH TLS-P", "AUTH SSL", "AUTH  ssl "}) {
    Talk talk;
    talk.greet();
    EXPECT_EQ(talk.client(command).kind, Kind::nothing);
    EXPECT_EQ(talk.server("234 Proceed").kind, Kind::encrypted) << command;
    EXPECT_EQ(talk.state(), State::encrypted);
    EXPECT_EQ(talk.client(kPort).kind, Kind::nothing) << "these are no lines";
    EXPECT_EQ(talk.client("\x16\x03\x01").kind, Kind::nothing);
    EXPECT_EQ(talk.server(k227).kind, Kind::nothing);
    EXPECT_FALSE(talk.session.may_need_edit_command("PORT "));
    EXPECT_FALSE(talk.session.may_need_edit_reply("227 "));
  }
}

TEST(Auth, RefusedLeavesTheSessionInTheClear) {
  for (const auto* reply : {"500 What?", "431 Not now", "534 Policy", "334 More, please", "200 Ok"}) {
    Talk talk;
    talk.greet();
    EXPECT_EQ(talk.exchange("AUTH TLS", reply).kind, Kind::nothing) << reply;
    EXPECT_EQ(talk.state(), State::login);
    talk.exchange("USER x", "230 Welcome");
    EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::good) << reply;
  }
}

TEST(Auth, GssapiKeepsTheLines) {  // RFC 2228: GridFTP
  Talk talk;
  talk.greet();
  EXPECT_EQ(talk.exchange("AUTH GSSAPI", "334 Using GSSAPI").kind, Kind::nothing);
  EXPECT_EQ(talk.exchange("ADAT YIIC=", "335 ADAT=YII=").kind, Kind::nothing);
  EXPECT_EQ(talk.exchange("ADAT YII=", "235 Done").kind, Kind::nothing);
  EXPECT_EQ(talk.exchange("MIC VVNFUiB4", "631 MjMy").kind, Kind::nothing);
  EXPECT_EQ(talk.exchange("ENC UEFTVg==", "632 MjI3").kind, Kind::nothing);
  EXPECT_EQ(talk.state(), State::login) << "logged in or not, nobody can tell";
}

TEST(Auth, GssapiAnswered234IsNoTls) {
  Talk talk;
  talk.greet();
  EXPECT_EQ(talk.exchange("AUTH GSSAPI", "234 Ok").kind, Kind::nothing);
  EXPECT_EQ(talk.state(), State::login);
}

TEST(Auth, A234AnswersNoOtherCommand) {
  Talk talk;
  talk.greet();
  talk.client("NOOP");  // which gets no reply
  talk.client("AUTH TLS");
  EXPECT_EQ(talk.server("234 Proceed").kind, Kind::encrypted);
}

/// The client goes on with TLS; this session reads only lines.
TEST(Auth, AnotherCompletionMayBeAYes) {
  Talk talk;
  talk.greet();
  talk.exchange("AUTH TLS", "200 all right");
  EXPECT_TRUE(talk.session.may_turn_to_tls());
  talk.session.turned_to_tls();
  EXPECT_EQ(talk.state(), State::encrypted);
  EXPECT_FALSE(talk.session.may_turn_to_tls());
}

TEST(Auth, ACommandInClearTextSaysThatItWasNone) {
  Talk talk;
  talk.greet();
  talk.exchange("AUTH TLS", "200 ignored");
  talk.client("USER x");
  EXPECT_FALSE(talk.session.may_turn_to_tls());
  talk.exchange("AUTH TLS", "504 no");
  EXPECT_FALSE(talk.session.may_turn_to_tls());
}

TEST(Ccc, BringsClearTextBack) {
  Talk talk;
  talk.greet();
  talk.exchange("AUTH TLS", "234 Proceed");
  talk.session.cleared();
  EXPECT_EQ(talk.state(), State::authorized) << "whoever may say CCC has logged in";
  EXPECT_EQ(talk.client(kPort).standing, Standing::good);
  EXPECT_EQ(talk.server("200 Ok").kind, Kind::offer_accepted);
  EXPECT_EQ(talk.exchange("PASV", k227).standing, Standing::good);
}

TEST(Ccc, ForgetsWhatWasPipelinedBeforeTls) {
  Talk talk;
  talk.greet();
  talk.client("AUTH TLS");
  talk.client("PASV");  // injected behind AUTH
  talk.server("234 Proceed");
  talk.session.cleared();
  EXPECT_EQ(talk.server(k227).standing, Standing::unsolicited);
}

TEST(Ccc, MeansNothingWithoutTls) {
  Talk talk;
  talk.session.cleared();
  EXPECT_EQ(talk.state(), State::greeting);
  talk.greet();
  talk.session.cleared();
  EXPECT_EQ(talk.state(), State::login);
}

}  // namespace
}  // namespace pinhole::test
