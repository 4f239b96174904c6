// refuse: lines that came in pieces, where some of them can no longer be changed.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using namespace std::chrono_literals;
using alg::Decision;
using alg::Reason;
using alg::Side;

alg::Policy filter_denying(std::vector<std::string> commands) {
  alg::Policy policy;
  policy.deny_commands = std::move(commands);
  return policy;
}

alg::Policy refusing_foreign_answers() {
  alg::Policy policy;
  policy.pasv_other_host = alg::PasvOtherHost::refuse;
  return policy;
}

bool was_reset(const FakeEdge::Given& given) {
  if (given.action != alg::Verdict::Action::replace) return false;
  return std::get<net::TcpSegment>(net::TcpSegment::parse(given.packet)).rst();
}

struct Pieces {
  std::string left, rest;
};

/// Says both, without NAT, and tells whether the session was reset at the second.
bool is_reset_at_the_rest(const Pieces& pieces, Conversation& talk) {
  talk.log_in();
  EXPECT_EQ(talk.client(pieces.left), pieces.left);
  EXPECT_TRUE(talk.edge.ended.empty());
  talk.client(pieces.rest);
  EXPECT_EQ(talk.negotiation().decision, Decision::refuse);
  EXPECT_EQ(talk.edge.ended.empty(), !was_reset(talk.last()));
  return was_reset(talk.last());
}

/// What a server makes of six numbers of which one is too large, who knows; nothing is left to spoil.
TEST(RefusedInPieces, ACommandOfWhichOnlyTheEndIsLeftIsReset) {
  for (const auto& [left, rest] :
       {Pieces{"PORT 256,1,1,1,1,1", "\r\n"}, Pieces{"PORT 256,1,1,1,1,1", "\n"},
        Pieces{"PORT 256,1,1,1,1,1\r", "\n"}, Pieces{"EPRT |1|1.1.1|5|", "\r\n"}}) {
    Conversation talk(nat::none());
    EXPECT_TRUE(is_reset_at_the_rest({left, rest}, talk)) << left;
    EXPECT_EQ(talk.negotiation().reason, Reason::malformed);
    EXPECT_EQ(talk.edge.ended, std::vector{Reason::line_split});
    EXPECT_TRUE(talk.received(Side::server).ends_with(left)) << "the end never came";
  }
}

TEST(RefusedInPieces, ACommandWithOneByteLeftIsSpoilt) {
  Conversation talk(nat::none());
  EXPECT_FALSE(is_reset_at_the_rest({"PORT 256,1,1,1,1,", "1\r\n"}, talk));
  EXPECT_TRUE(talk.received(Side::server).ends_with("PORT 256,1,1,1,1,X\r\n"));
  Conversation bare(nat::none());
  EXPECT_FALSE(is_reset_at_the_rest({"PORT 256,1,1,1,1,", "1\n"}, bare));
  EXPECT_TRUE(bare.received(Side::server).ends_with("PORT 256,1,1,1,1,X\n"));
}

/// Where they stand nobody can tell what the server has read so far.
TEST(RefusedInPieces, ACommandWithTelnetCommandsIsReset) {
  Conversation in_front(nat::none());
  EXPECT_TRUE(is_reset_at_the_rest({"PORT 10,9,9\xff\xf1", ",9,40,10\r\n"}, in_front));
  EXPECT_EQ(in_front.edge.ended, std::vector{Reason::line_split});
  Conversation behind(nat::none());
  EXPECT_TRUE(is_reset_at_the_rest({"PORT 10,9,9", ",9,40\xff\xf1,10\r\n"}, behind));
  Conversation without(nat::none());
  EXPECT_FALSE(is_reset_at_the_rest({"PORT 10,9,9", ",9,40,10\r\n"}, without));
}

/// A client that obeys it opens a connection that no pinhole lets pass; the session is worth more.
TEST(RefusedInPieces, AnAnswerNeverResetsTheSession) {
  const std::string line = "227 Passive (8,8,8,8,40,10).\r\n";
  for (std::size_t cut = 1; cut < line.size(); ++cut) {
    Conversation talk(nat::none(), refusing_foreign_answers());
    talk.log_in();
    talk.client("PASV\r\n");
    EXPECT_EQ(talk.server(line.substr(0, cut)), line.substr(0, cut));
    const auto text = line.size() - 2;
    const auto spoilt = std::string(text - std::min(text, cut), 'X') + line.substr(std::max(text, cut));
    EXPECT_EQ(talk.server(line.substr(cut)), spoilt) << cut;
    EXPECT_EQ(talk.negotiation().reason, Reason::other_host);
    EXPECT_TRUE(talk.edge.ended.empty()) << cut;
    EXPECT_TRUE(talk.tracker.opened.empty());
    EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
  }
}

TEST(RefusedInPieces, AnAnswerBehindNatReadsAsARefusal) {
  const std::string line = "227 Passive (8,8,8,8,40,10).\r\n";
  for (std::size_t cut = 1; cut < line.size(); ++cut) {
    Conversation talk(nat::forward(), refusing_foreign_answers());
    talk.log_in();
    talk.client("PASV\r\n");
    EXPECT_EQ(talk.server(line.substr(0, cut)), "");
    EXPECT_EQ(talk.server(line.substr(cut)), "425 Data connection refused \r\n") << cut;
    EXPECT_EQ(talk.negotiation().reason, Reason::other_host);
    EXPECT_TRUE(talk.edge.ended.empty());
    EXPECT_TRUE(talk.tracker.opened.empty());
  }
}

/// It waits for its end like one that may need an edit, and then only its verb is gone.
TEST(DeniedInPieces, AnOfferBehindNatIsMaskedWhole) {
  const std::string line = "PORT 192,168,1,10,40,10\r\n";
  for (std::size_t cut = 1; cut < line.size(); ++cut) {
    Conversation talk(nat::masquerade(), filter_denying({"PORT"}));
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
  limits.absorbed = 10;
  Conversation talk(nat::masquerade(), filter_denying({"PORT"}), limits);
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 1"), "");
  EXPECT_EQ(talk.client("92,168"), "XXXX 192,168");
  EXPECT_EQ(talk.client(",1,10,40,10\r\n"), ",1,10,40,10\r\n");
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::command_denied});
  EXPECT_TRUE(talk.tracker.opened.empty());
  EXPECT_TRUE(talk.edge.ended.empty());
}

TEST(DeniedInPieces, AnOfferThatWasGivenUpNeverArrivesWhole) {
  Conversation talk(nat::masquerade(), filter_denying({"PORT"}));
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
