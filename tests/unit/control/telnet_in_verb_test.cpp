// Telnet commands about a verb: who reads what.

#include "control/telnet_in_verb.hpp"

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "unit/control/refusals.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;
using alg::Reason;
using alg::Side;

std::optional<std::vector<std::string>> verbs(const std::string& raw) {
  return control::verbs_behind_telnet(
      std::span(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size()));
}
using Verbs = std::vector<std::string>;

TEST(TelnetInVerb, NoneIsNone) {
  EXPECT_EQ(verbs("DELE a\r\n"), Verbs());
  EXPECT_EQ(verbs(" \tDELE \xff\xf4\r\n"), Verbs());
}

TEST(TelnetInVerb, BeforeIt) {
  EXPECT_EQ(verbs("\xff\xf4\xff\xf2"
                  "ABOR\r\n"),
            (Verbs{"ABOR", "BOR"}));
  EXPECT_EQ(verbs(" \xff"
                  "XDELE a\r\n"),
            (Verbs{"XDELE", "DELE"}));
}

TEST(TelnetInVerb, WhatNobodyCanTell) {
  for (const auto& raw : {"D\xff\xf1"
                          "ELE a\r\n"s,
                          "DELE\xff\xf1 a\r\n"s,
                          "\xff\xfb"
                          "DELE a\r\n"s,
                          "\xff\xfa"
                          "DELE a\xff\xf0\r\n"s,
                          "D\xf2"
                          "ELE a\r\n"s}) {
    EXPECT_EQ(verbs(raw), std::nullopt) << raw;
  }
}

/// Whatever is before it or in it, where the segments end, no server can read the command.
TEST(TelnetFiltered, NoServerReadsADeniedCommand) {
  for (const auto& line : {"\xff"
                           "DELE a\r\n"s,
                           "\xff"
                           "XDELE a\r\n"s,
                           "\xff\xfb"
                           "DELE a\r\n"s,
                           "\xff\xfbX"
                           "DELE a\r\n"s,
                           "D\xff\xf1"
                           "ELE a\r\n"s,
                           "DE\xff"
                           "XLE a\r\n"s,
                           "\xff\xf2"
                           "XDELE a\r\n"s,
                           "\xff\xfa"
                           "DELE a\xff\xf0\r\n"s,
                           " \xff\xf4 DELE a\r\n"s}) {
    for (std::size_t cut = 0; cut < line.size(); ++cut) {
      Conversation talk(nat::none(), denying({"DELE"}));
      talk.log_in();
      const auto before = talk.received(Side::server).size();
      if (cut > 0) talk.client(line.substr(0, cut));
      talk.client(line.substr(cut));
      const auto read = talk.received(Side::server).substr(before);
      EXPECT_NE(read, line) << cut;
      EXPECT_EQ(talk.edge.refusals, std::vector{Reason::command_denied}) << line << cut;
    }
  }
}

TEST(TelnetFiltered, AnAbortPasses) {
  for (const auto& policy : {denying({"DELE"}), allowing({"USER", "PASS", "ABOR"})}) {
    for (const auto& line : {"\xff\xf4\xff\xf2"
                             "ABOR\r\n"s,
                             "\xff\xf4\xf2"
                             "ABOR\r\n"s,
                             "\xff\xf4"
                             "ABOR\r\n"s}) {
      Conversation talk(nat::none(), policy);
      talk.log_in();
      const bool telnet_only = line.find("\xff\xf4\xf2") == line.npos;
      EXPECT_EQ(talk.client(line) == line, telnet_only)
          << "where a mark has taken a byte away nobody can tell";
    }
  }
}

}  // namespace
}  // namespace pinhole::test
