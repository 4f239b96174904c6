// refuse: commands that the policy does not let pass are refused by the server itself.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "unit/control/refusals.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

TEST(DeniedCommand, LosesItsVerb) {
  Conversation talk(nat::masquerade(), denying({"SITE", "DELE"}));
  talk.log_in();
  EXPECT_EQ(talk.client("DELE a file\r\n"), "XXXX a file\r\n");
  EXPECT_EQ(talk.client("dele b\n"), "XXXX b\n");
  EXPECT_EQ(talk.edge.refusals, (std::vector{Reason::command_denied, Reason::command_denied}));
  EXPECT_EQ(talk.edge.refused_verbs, (std::vector<std::string>{"DELE", "dele"}));
  EXPECT_EQ(talk.client("RETR a\r\n"), "RETR a\r\n");
  talk.server("500 what?\r\n500 what?\r\n550 no\r\n");
  EXPECT_EQ(talk.client("DELEX\r\n"), "DELEX\r\n") << "another verb";
}

TEST(DeniedCommand, WithoutArgument) {
  Conversation talk(nat::none(), denying({"PASV"}));
  talk.log_in();
  EXPECT_EQ(talk.client("PASV\r\n"), "XXXX\r\n");
}

TEST(DeniedCommand, OnlyThoseAllowedPass) {
  alg::Policy policy;
  policy.allow_commands = {"USER", "PASS", "QUIT"};
  Conversation talk(nat::none(), policy);
  talk.log_in();
  EXPECT_EQ(talk.client("NOOP\r\nquit\r\n"), "XXXX\r\nquit\r\n");
}

TEST(DeniedCommand, AnOfferOpensNothing) {
  Conversation talk(nat::masquerade(), denying({"PORT"}));
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 192,168,1,10,40,0\r\n"), "XXXX 192,168,1,10,40,0\r\n");
  EXPECT_TRUE(talk.edge.negotiations.empty());
  EXPECT_TRUE(talk.tracker.opened.empty());
}

TEST(DeniedCommand, HidesWhatFollowsPass) {
  Conversation talk(nat::none(), denying({"PASS"}));
  talk.server("220 ready\r\n");
  EXPECT_EQ(talk.client("PASS secret\r\n"), "XXXXXXXXXXX\r\n");
}

TEST(DeniedCommand, StaysDeniedInWhatIsNoFtp) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  talk.client("\x01\x02\r\n");
  ASSERT_EQ(talk.edge.not_ftp, std::vector{Reason::not_ftp});
  EXPECT_EQ(talk.client("DELE a\r\n"), "XXXX a\r\n");
}

/// Nobody comes around the filter with other bytes for those that are not remembered any more, of which the
/// server has never seen the first.
TEST(DeniedCommand, InPlaceOfWhatIsNotRemembered) {
  alg::Limits limits;
  limits.history = 100;
  for (const int before : {1, 4, 30}) {
    Conversation talk(nat::none(), denying({"DELE"}), limits);
    talk.log_in();
    const auto seq = talk.next(Side::client);
    for (int i = 0; i < 50; ++i) talk.client("NOOP\r\n");
    const auto known = seq + 50 * 6 - 100;
    std::string other;
    while (other.size() < 60) other += "DELE a\r\n";
    talk.resend(Side::client, known - before, other);
    EXPECT_EQ(talk.last().action, Action::drop) << before;
    EXPECT_EQ(talk.last().reason, Reason::unknown_retransmission) << before;
  }
}

/// Servers may be more tolerant than we are.
TEST(DeniedCommand, InALineThatIsNoCommandToUs) {
  for (const std::string line : {"\vDELE a\r\n", "DELE\va\r\n"}) {
    Conversation talk(nat::none(), denying({"DELE"}));
    talk.log_in();
    const auto read = talk.client(line);
    EXPECT_EQ(read, std::string(line.size() - 2, 'X') + "\r\n");
    EXPECT_EQ(talk.edge.refusals, std::vector{Reason::command_denied});
  }
}

TEST(DeniedCommand, BehindSpacesAndTabs) {
  for (const std::string before : {" ", "\t", " \t  "}) {
    Conversation talk(nat::none(), denying({"DELE"}));
    talk.log_in();
    EXPECT_EQ(talk.client(before + "DELE a\r\n"), std::string(before.size() + 4, 'X') + " a\r\n");
    EXPECT_EQ(talk.client(before), before) << "nothing is denied yet";
    EXPECT_EQ(talk.client("DE"), "DE");
    EXPECT_EQ(talk.client("LE a\r\n"), "XX a\r\n");
    EXPECT_EQ(talk.client(before + "NOOP\r\n"), before + "NOOP\r\n");
  }
}

/// Found by hand: ProFTPD 1.3.8 takes a tab for the space behind the verb.
TEST(DeniedCommand, ATabEndsADeniedVerbToo) {
  alg::Policy policy;
  policy.deny_commands = {"DELE"};
  Conversation talk(nat::none(), policy);
  talk.log_in();
  EXPECT_EQ(talk.client("DELE\tfile\r\n"), "XXXX\tfile\r\n");
}

TEST(DeniedCommand, AheadOfAGapInWhatIsNoFtp) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  talk.client("\x01\x02\r\n");
  talk.skip(Side::client, "NOOP\r\n");
  EXPECT_EQ(talk.client("DELE a\r\n"), "");
  EXPECT_FALSE(talk.edge.verdicts.contains(talk.last_id())) << "it waits";
}

/// Its beginning left before the flow was seen, or in a flow that was forgotten since.
TEST(DeniedCommand, TheEndOfAVerbWhoseBeginningIsUnknown) {
  for (const std::string_view rest : {"LE a\r\n", "E a\r\n", " a\r\n", "LE "}) {
    Conversation talk(nat::none(), denying({"DELE"}));
    talk.tracker.labelled = {};
    EXPECT_NE(talk.client(rest).substr(0, 2), rest.substr(0, 2)) << rest;
    EXPECT_EQ(talk.edge.refusals, std::vector{Reason::command_denied}) << rest;
  }
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.tracker.labelled = {};
  EXPECT_EQ(talk.client("RETR a\r\n"), "RETR a\r\n");
  EXPECT_EQ(talk.client("XFOO a\r\n"), "XFOO a\r\n") << "the line's beginning was seen";
}

TEST(DeniedCommand, FromBeforeTheFirstPacketSeen) {
  Conversation talk(nat::none(), denying({"DELE"}));
  const auto begin = talk.skip(Side::client, "DELE a\r\n");
  talk.client("NOOP\r\n");
  talk.resend(Side::client, begin, "DELE a\r\n");
  EXPECT_EQ(talk.last().action, alg::Verdict::Action::drop);
}

TEST(DeniedCommand, EmptyLinesPass) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  EXPECT_EQ(talk.client("\r\n"), "\r\n");
  EXPECT_EQ(talk.client("\r"), "\r");
  EXPECT_EQ(talk.client("\nNOOP\r\n"), "\nNOOP\r\n");
  EXPECT_TRUE(talk.edge.refusals.empty());
}

TEST(DeniedCommand, LongerThanALineIsKept) {
  Conversation talk(nat::none(), denying({"SITE"}));
  talk.log_in();
  const std::string rest(1200, 'a');
  EXPECT_EQ(talk.client("SITE " + rest + "\r\n"), "XXXX " + rest + "\r\n");
}

TEST(DeniedCommand, WithTelnetCommandsInIt) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  EXPECT_EQ(talk.client("DE\xff\xf4LE a\r\n"), "XXXXXXXX\r\n");
  talk.client("DE\xff\xf4LE ");
  EXPECT_TRUE(was_reset(talk.last()));
}

TEST(DeniedCommand, ResetsWhereThePolicySaysSo) {
  auto policy = denying({"SITE"});
  policy.on_refusal = alg::OnRefusal::reset;
  Conversation talk(nat::none(), policy);
  talk.log_in();
  talk.client("SITE x\r\n");
  EXPECT_TRUE(was_reset(talk.last()));
}

TEST(DeniedCommand, IsOnlyReportedWhereThePolicyObserves) {
  auto policy = denying({"SITE"});
  policy.observe = true;
  Conversation talk(nat::none(), policy);
  talk.log_in();
  EXPECT_EQ(talk.client("SITE x\r\n"), "SITE x\r\n");
  EXPECT_EQ(talk.client("SI"), "SI");
  EXPECT_EQ(talk.client("TE y\r\n"), "TE y\r\n");
  EXPECT_EQ(talk.edge.refusals, (std::vector{Reason::command_denied, Reason::command_denied}));
}

TEST(DeniedTls, LosesItsVerb) {
  alg::Policy policy;
  policy.tls = alg::Tls::deny;
  Conversation talk(nat::masquerade(), policy);
  talk.server("220 ready\r\n");
  EXPECT_EQ(talk.client("AUTH TLS\r\n"), "XXXX TLS\r\n");
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::tls_denied});
  EXPECT_EQ(talk.client("AUTH GSSAPI\r\n"), "AUTH GSSAPI\r\n");
  EXPECT_EQ(talk.client("AUTH \"TLS\"\r\n"), "XXXX \"TLS\"\r\n");
  talk.client("AUTH ");
  talk.client("SSL\r\n");
  EXPECT_EQ(talk.edge.refusals.size(), 3u);
}

}  // namespace
}  // namespace pinhole::test
