// How a refused line reads, whole and where some of it has left.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "unit/control/negotiated.hpp"
#include "unit/control/refusals.hpp"

namespace pinhole::test {
namespace {

using alg::Decision;
using alg::Reason;
using alg::Side;

TEST(Refused, ARefusedAnswerBecomesA425OfTheSameLength) {
  Conversation talk(nat::forward());
  talk.log_in();
  talk.client("PASV\r\n");
  const std::string reply = "227 Entering Passive Mode (10,0,0,2,0,22).\r\n";
  const auto read = talk.server(reply);
  EXPECT_EQ(read.substr(0, 4), "425 ");
  EXPECT_EQ(read.size(), reply.size());
  EXPECT_TRUE(read.ends_with("\r\n"));
  expect_negotiation(talk, Decision::refuse, Reason::port_too_low);
}

TEST(RefusedInPieces, ARefusedLineWhoseBeginningHasLeftIsGarbled) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.client("PORT 8,8,8,8,");
  EXPECT_EQ(talk.client("200,10\r\n"), "XXXXXX\r\n");
  EXPECT_EQ(talk.negotiation().reason, Reason::bounce);
}

/// Nothing of the line has left, yet all of it does: the server reads a PORT that was refused as a bounce.
TEST(RefusedInPieces, ARefusedLineThatWaitedUpToItsEndIsGarbled) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  std::string line = "PORT 8,8,4,4,4,1";
  line.resize(alg::Limits{}.acknowledged_locally - 1, ' ');
  talk.client(line);
  talk.client("\r\n");
  EXPECT_EQ(talk.negotiation().decision, alg::Decision::refuse);
  EXPECT_EQ(talk.received(Side::server).find("PORT 8,8,4,4,4,1"), std::string::npos);
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

/// What a server makes of six numbers of which one is too large, who knows; nothing is left to garble.
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

TEST(RefusedInPieces, ACommandWithOneByteLeftIsGarbled) {
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
    Conversation talk(nat::none(), refusing_other_hosts());
    talk.log_in();
    talk.client("PASV\r\n");
    EXPECT_EQ(talk.server(line.substr(0, cut)), line.substr(0, cut));
    const auto text = line.size() - 2;
    const auto garbled = std::string(text - std::min(text, cut), 'X') + line.substr(std::max(text, cut));
    EXPECT_EQ(talk.server(line.substr(cut)), garbled) << cut;
    EXPECT_EQ(talk.negotiation().reason, Reason::other_host);
    EXPECT_TRUE(talk.edge.ended.empty()) << cut;
    EXPECT_TRUE(talk.tracker.opened.empty());
    EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
  }
}

TEST(RefusedInPieces, AnAnswerBehindNatReadsAsARefusal) {
  const std::string line = "227 Passive (8,8,8,8,40,10).\r\n";
  for (std::size_t cut = 1; cut < line.size(); ++cut) {
    Conversation talk(nat::forward(), refusing_other_hosts());
    talk.log_in();
    talk.client("PASV\r\n");
    EXPECT_EQ(talk.server(line.substr(0, cut)), "");
    EXPECT_EQ(talk.server(line.substr(cut)), "425 Data connection refused \r\n") << cut;
    EXPECT_EQ(talk.negotiation().reason, Reason::other_host);
    EXPECT_TRUE(talk.edge.ended.empty());
    EXPECT_TRUE(talk.tracker.opened.empty());
  }
}

}  // namespace
}  // namespace pinhole::test
