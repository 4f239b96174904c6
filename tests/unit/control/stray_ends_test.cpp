// NULs and CRs inside commands.

#include "control/stray_ends.hpp"

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;
using alg::Reason;
using alg::Side;

constexpr std::size_t kMost = 100;

TEST(StrayEnds, AreNulAndCrInsideALine) {
  for (const auto& text :
       {"MKD a\0b"s, "MKD a\r\0b"s, "MKD a\rb"s, "MKD a\0"s, "NOOP\rDELE x"s, "\rMKD a\rb"s}) {
    EXPECT_TRUE(control::has_stray_end(text)) << text;
  }
  for (const auto& text : {"MKD a"s, "MKD a\r\r"s, ""s, "\r"s, "\0"s, "\0MKD a"s, "\rMKD a"s, "MKD \xff\x01"s,
                           "\x16\x03\x01\0\xf0"s, "SSH-2.0\0x"s}) {
    EXPECT_FALSE(control::has_stray_end(text)) << text;
  }
}

/// A directory whose name looks like a reply to a server that ends it at the NUL.
const auto kMkd =
    "MKD x\0"
    "227 (10,0,0,2,12,234)\r\n"s;

class StrayEnd : public testing::Test {
 protected:
  StrayEnd() { talk.log_in(); }
  std::string heard() { return talk.received(Side::server); }

  Conversation talk{nat::forward()};
};

TEST_F(StrayEnd, NothingOfTheCommandReachesTheServer) {
  EXPECT_EQ(talk.client(kMkd), std::string(kMkd.size() - 2, 'X') + "\r\n");
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::stray_line_end});
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n") << "the session goes on";
}

TEST_F(StrayEnd, InPiecesItIsMaskedWhereItsVerbHasNotLeft) {
  EXPECT_EQ(talk.client("MKD x\0"s), std::string(6, 'X'));
  EXPECT_EQ(talk.client("227 (10,0,0,2,12,234)\r\n"), std::string(21, 'X') + "\r\n");
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::stray_line_end});
  EXPECT_EQ(talk.client("NOOP\r\n"), "NOOP\r\n");
}

TEST_F(StrayEnd, AndResetWhereItHas) {
  for (std::size_t cut = 1; cut < 6; ++cut) {
    Conversation pieces(nat::forward());
    pieces.log_in();
    pieces.client(kMkd.substr(0, cut));
    pieces.client(kMkd.substr(cut));
    EXPECT_EQ(pieces.edge.ended, std::vector{Reason::stray_line_end}) << cut;
    EXPECT_EQ(pieces.received(Side::server).find('\0'), std::string::npos) << cut;
  }
}

TEST_F(StrayEnd, BehindACrThatLeftAloneItIsReset) {
  talk.client("NOOP\r");
  talk.client("DELE x\r\n");
  EXPECT_EQ(heard().find("DELE"), std::string::npos);
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::stray_line_end});
}

TEST_F(StrayEnd, ALineThatEndsWithSeveralCrsPasses) {
  EXPECT_EQ(talk.client("NOOP\r\r\n"), "NOOP\r\r\n");
  talk.client("NOOP\r");
  talk.client("\r");
  EXPECT_EQ(talk.client("\n"), "\n");
  EXPECT_TRUE(talk.edge.refusals.empty());
}

TEST_F(StrayEnd, WhatIsNoFtpMayHoldAnything) {
  talk.client("POST / HTTP/1.1\r\n");
  EXPECT_EQ(talk.client(kMkd), kMkd);
}

TEST(StrayEndObserved, IsOnlyReported) {
  alg::Policy policy;
  policy.observe = true;
  Conversation talk(nat::forward(), policy);
  talk.log_in();
  EXPECT_EQ(talk.client(kMkd), kMkd);
  talk.client("MKD x\0"s);
  talk.client("y\0"s);
  talk.client("z\r\n");
  EXPECT_EQ(talk.edge.refusals.size(), 2u) << "once for each line";
}

TEST(StrayEndFiltered, AlsoInWhatIsNoFtp) {
  alg::Policy policy;
  policy.deny_commands = {"DELE"};
  Conversation talk(nat::forward(), policy);
  talk.log_in();
  talk.client("POST / HTTP/1.1\r\n");
  talk.client(kMkd);
  EXPECT_EQ(talk.received(Side::server).find('\0'), std::string::npos);
}

/// One line of garbage is no way around the length that commands may have.
TEST(StrayEndFiltered, NorMayWhatIsNoFtpBeLongerThanACommand) {
  alg::Policy policy;
  policy.deny_commands = {"DELE"};
  policy.max_command_length = kMost;
  Conversation talk(nat::forward(), policy);
  talk.log_in();
  talk.client("\x01\x02\r\n");
  talk.client("NOOP " + std::string(kMost, 'a') + "\r\n");
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::line_too_long});
}

}  // namespace
}  // namespace pinhole::test
