// The table of states, row by row, and what it leaves alone.

#include "ftp/transitions.hpp"

#include <gtest/gtest.h>

#include "talk.hpp"

namespace pinhole::test {
namespace {

using ftp::Verb;
using State = ftp::Session::State;

struct Row {
  State in;
  std::optional<Verb> command;
  int reply;
  State then;
};

TEST(Transitions, LeadWhereRfc959Says) {
  const std::vector<Row> rows{
      {State::greeting, {}, 120, State::greeting},
      {State::greeting, {}, 220, State::login},
      {State::greeting, {}, 421, State::greeting},
      {State::greeting, {}, 500, State::greeting},
      {State::greeting, {}, 200, State::login},
      {State::greeting, {}, 150, State::greeting},
      {State::greeting, {}, 226, State::not_ftp},
      {State::greeting, {}, 331, State::not_ftp},
      {State::greeting, {}, 631, State::not_ftp},
      {State::login, Verb::user, 230, State::authorized},
      {State::login, Verb::user, 331, State::login},
      {State::login, Verb::user, 332, State::login},
      {State::login, Verb::user, 530, State::login},
      {State::login, Verb::pass, 230, State::authorized},
      {State::login, Verb::pass, 202, State::authorized},
      {State::login, Verb::pass, 332, State::login},
      {State::login, Verb::pass, 530, State::login},
      {State::login, Verb::acct, 230, State::authorized},
      {State::login, Verb::acct, 503, State::login},
      {State::login, Verb::acct, 202, State::authorized},
      {State::login, Verb::pass, 200, State::authorized},
      {State::login, Verb::pass, 220, State::authorized},
      {State::login, Verb::user, 220, State::authorized},
      {State::login, Verb::user, 232, State::authorized},
      {State::login, Verb::auth_tls, 234, State::encrypted},
      {State::login, Verb::auth_tls, 334, State::login},
      {State::login, Verb::auth_tls, 504, State::login},
      {State::login, Verb::other, 234, State::login},  // AUTH GSSAPI
      {State::login, Verb::other, 220, State::login},  // HOST (RFC 7151)
      {State::login, Verb::quit, 221, State::ended},
      {State::authorized, Verb::user, 331, State::login},
      {State::authorized, Verb::user, 230, State::authorized},
      {State::authorized, Verb::user, 530, State::authorized},
      {State::authorized, Verb::pass, 530, State::authorized},
      {State::authorized, Verb::rein, 220, State::login},
      {State::authorized, Verb::rein, 502, State::authorized},
      {State::authorized, Verb::auth_tls, 234, State::encrypted},
      {State::authorized, Verb::quit, 221, State::ended},
      {State::authorized, Verb::quit, 500, State::authorized},
      {State::authorized, Verb::ccc, 200, State::authorized},
      {State::not_ftp, Verb::user, 230, State::not_ftp},
      {State::not_ftp, Verb::rein, 220, State::not_ftp},
      {State::ended, Verb::user, 230, State::ended},
      {State::encrypted, Verb::pass, 230, State::encrypted},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(ftp::state_after(row.in, row.command, row.reply), row.then)
        << "state " << static_cast<int>(row.in) << ", reply " << row.reply;
  }
}

TEST(Transitions, AnotherUserLogsInAnew) {
  auto talk = Talk::logged_in();
  talk.client("USER other");
  talk.server("331 password");
  EXPECT_EQ(talk.client("PORT 192,0,2,1,40,0").standing, ftp::Heard::Standing::not_logged_in);
}

TEST(Transitions, ALoginThatIsNotRequiredIsNotWaitedFor) {
  Talk talk(16, false);
  EXPECT_EQ(talk.client("PORT 192,0,2,1,40,0").standing, ftp::Heard::Standing::from_middle);
  Talk greeted(16, false);
  greeted.server("220 ready");
  EXPECT_EQ(greeted.client("PORT 192,0,2,1,40,0").standing, ftp::Heard::Standing::good);
  EXPECT_TRUE(greeted.session.may_need_edit_command("PO"));
}

TEST(Transferring, FromThePreliminaryReplyToTheLast) {
  auto talk = Talk::logged_in();
  talk.client("RETR a");
  EXPECT_FALSE(talk.session.transferring());
  talk.server("150 opening");
  EXPECT_TRUE(talk.session.transferring());
  talk.server("226 done");
  EXPECT_FALSE(talk.session.transferring());
}

TEST(Transferring, EndsWithAnAbort) {
  auto talk = Talk::logged_in();
  talk.client("STOR a");
  talk.server("125 go on");
  talk.client("ABOR");
  EXPECT_TRUE(talk.session.transferring());
  talk.server("426 aborted");
  EXPECT_FALSE(talk.session.transferring());
  talk.server("226 ABOR ok");
  EXPECT_FALSE(talk.session.transferring());
}

}  // namespace
}  // namespace pinhole::test
