// refuse: a command is judged once, when its verb has ended, wherever its segments end.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "unit/control/refusals.hpp"

namespace pinhole::test {
namespace {

using namespace std::chrono_literals;
using alg::Decision;
using alg::Reason;
using alg::Side;

/// Whatever is cut where: the server never reads the command, and the session survives if any of the verb or
/// what ends it can still be changed.
TEST(DeniedInPieces, CutAnywhereInTwo) {
  for (const std::string line : {"DELE ab\r\n", "DELE\r\n", "DELE x\n"}) {
    for (std::size_t cut = 1; cut < line.size(); ++cut) {
      for (const auto& view : {nat::none(), nat::masquerade()}) {
        Conversation talk(view, denying({"DELE"}));
        talk.log_in();
        const auto before = talk.received(Side::server).size();
        talk.client(line.substr(0, cut));
        talk.client(line.substr(cut));
        const auto read = talk.received(Side::server).substr(before);
        EXPECT_FALSE(read.starts_with("DELE ") || read.starts_with("DELE\r") || read.starts_with("DELE\n"))
            << "'" << read << "' cut at " << cut;
        EXPECT_EQ(read.size(), line.size());
        EXPECT_EQ(talk.edge.refusals, std::vector{Reason::command_denied}) << cut;
        EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n") << cut;
      }
    }
  }
}

/// ProFTPD skips it.
TEST(DeniedInPieces, BehindACrAlone) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  talk.client("\r");
  talk.client("DELE a\r\n");
  EXPECT_EQ(talk.received(Side::server).find("DELE"), std::string::npos);
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::command_denied});
}

TEST(DeniedInPieces, APasswordInPiecesIsNotMaskedButCutOff) {
  Conversation talk(nat::none(), denying({"PASS"}));
  talk.server("220 ready\r\n");
  talk.client("PASS sec");
  EXPECT_TRUE(was_reset(talk.last()));
}

TEST(DeniedInPieces, ByteByByte) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  const auto before = talk.received(Side::server).size();
  for (const char c : std::string("DELE a\r\nNOOP\r\n")) talk.client(std::string(1, c));
  EXPECT_EQ(talk.received(Side::server).substr(before), "DELEXa\r\nNOOP\r\n");
}

TEST(DeniedInPieces, WhoseVerbHasLeftWhole) {
  Conversation talk(nat::none(), denying({"QUIT"}));
  talk.log_in();
  talk.client("QUIT");
  talk.client("\n");  // nothing is left to change
  EXPECT_TRUE(was_reset(talk.last()));
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::command_denied});
}

/// It waits for its end like one that may need an edit, and then only its verb is gone.
TEST(DeniedInPieces, AnOfferBehindNatIsMaskedWhole) {
  const std::string line = "PORT 192,168,1,10,40,10\r\n";
  for (std::size_t cut = 1; cut < line.size(); ++cut) {
    Conversation talk(nat::masquerade(), denying({"PORT"}));
    talk.log_in();
    EXPECT_EQ(talk.client(line.substr(0, cut)), "") << cut;
    EXPECT_TRUE(talk.edge.refusals.empty()) << cut;
    EXPECT_EQ(talk.client(line.substr(cut)), "XXXX 192,168,1,10,40,10\r\n") << cut;
    EXPECT_EQ(talk.edge.refusals, std::vector{Reason::command_denied});
    EXPECT_EQ(talk.edge.refused_verbs, std::vector<std::string>{"PORT"});
    EXPECT_TRUE(talk.edge.negotiations.empty());
    EXPECT_TRUE(talk.tracker.opened.empty());
    EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
  }
}

TEST(DeniedInPieces, AnOfferThatIsTooLongToWaitIsMaskedWhereItStands) {
  alg::Limits limits;
  limits.acknowledged_locally = 10;
  Conversation talk(nat::masquerade(), denying({"PORT"}), limits);
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 1"), "");
  EXPECT_EQ(talk.client("92,168"), "XXXX 192,168");
  EXPECT_EQ(talk.client(",1,10,40,10\r\n"), ",1,10,40,10\r\n");
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::command_denied});
  EXPECT_TRUE(talk.tracker.opened.empty());
  EXPECT_TRUE(talk.edge.ended.empty());
}

TEST(DeniedInPieces, AnOfferThatWasGivenUpNeverArrivesWhole) {
  Conversation talk(nat::masquerade(), denying({"PORT"}));
  talk.log_in();
  talk.client("PORT 192,168,");
  talk.wait(16s, Side::server);
  talk.client("1,10,40,10\r\n");
  EXPECT_EQ(talk.received(Side::server).find("PORT 192,168,1,10,40,10\r\n"), std::string::npos);
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::command_denied});
  EXPECT_TRUE(talk.tracker.opened.empty());
}

std::vector<alg::Policy> filters_that_allow_port() {
  std::vector<alg::Policy> policies(4);
  policies[0].deny_commands = {"DELE"};
  policies[1].allow_commands = {"USER", "PASS", "PORT"};
  policies[2].tls = alg::Tls::deny;
  policies[3].commands_per_second = 3;  // USER, PASS, PORT
  return policies;
}

/// It is judged once, when its verb has ended, and what was decided then does not outlive the line.
TEST(AllowedInPieces, AnOfferPassesEveryFilter) {
  const std::string line = "PORT 192,168,1,10,200,10\r\n";
  const std::vector<std::string> refused_next{"DELE a\r\n", "DELE a\r\n", "AUTH TLS\r\n", "NOOP\r\n"};
  const auto policies = filters_that_allow_port();
  for (std::size_t i = 0; i < policies.size(); ++i) {
    for (const auto& view : {nat::none(), nat::masquerade()}) {
      for (std::size_t cut = 1; cut < line.size(); ++cut) {
        Conversation talk(view, policies[i]);
        talk.log_in();
        auto read = talk.client(line.substr(0, cut));
        read += talk.client(line.substr(cut));
        EXPECT_EQ(read, view.nated() ? "PORT 203,0,113,7,200,10\r\n" : line) << cut << " with filter " << i;
        ASSERT_EQ(talk.edge.negotiations.size(), 1u) << cut << " with filter " << i;
        EXPECT_EQ(talk.negotiation().decision, Decision::open);
        EXPECT_TRUE(talk.edge.refusals.empty()) << cut << " with filter " << i;
        EXPECT_TRUE(talk.client(refused_next[i]).starts_with("XXXX")) << cut << " with filter " << i;
      }
    }
  }
}

}  // namespace
}  // namespace pinhole::test
