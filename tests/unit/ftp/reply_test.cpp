#include "pinhole/ftp/reply.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pinhole::ftp {
namespace {

TEST(Reply, IsACodeAndAText) {
  struct Row {
    std::string line;
    int code;
    bool continues;
    std::string text;
  };
  const Row rows[] = {
      {"220 Welcome", 220, false, "Welcome"},
      {"220-Welcome", 220, true, "Welcome"},
      {"220", 220, false, ""},
      {"220 ", 220, false, ""},
      {"220-", 220, true, ""},
      {"230no space", 230, false, "no space"},
      {"230\tOK", 230, false, "\tOK"},
      {"227Entering (1,2,3,4,5,6)", 227, false, "Entering (1,2,3,4,5,6)"},
      {"100 x", 100, false, "x"},
      {"631 SGVsbG8=", 631, false, "SGVsbG8="},
      {"699-", 699, true, ""},
      {"200  two spaces", 200, false, " two spaces"},
      {"200 \xc3\xa4\xff", 200, false, "\xc3\xa4\xff"},
  };
  for (const auto& row : rows) {
    const auto reply = parse_reply(row.line);
    ASSERT_TRUE(reply) << row.line;
    EXPECT_EQ(reply->code, row.code) << row.line;
    EXPECT_EQ(reply->continues, row.continues) << row.line;
    EXPECT_EQ(reply->text, row.text) << row.line;
  }
}

TEST(Reply, BeginsWithACode) {
  for (const auto& line :
       {std::string(), std::string("2"), std::string("22"), std::string(" 220 x"), std::string("Welcome"),
        std::string("22x"), std::string("000 x"), std::string("099 x"), std::string("700 x"),
        std::string("999 x"), std::string("2200 x"), std::string("2271,2,3,4,5,6"), std::string("-220 x"),
        std::string("\xff\xf2"
                    "220 x"),
        std::string("22\0 x", 5), std::string("HTTP/1.1 200 OK"), std::string("SSH-2.0-x"),
        std::string("+OK"), std::string("\xd9\xa2\xd9\xa2\xd9\xa0 x")}) {
    EXPECT_FALSE(parse_reply(line)) << line;
  }
}

TEST(Reply, FirstDigitTellsItsKind) {
  for (int code = 100; code < 700; ++code) {
    const auto reply = parse_reply(std::to_string(code) + " x");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->preliminary(), code / 100 == 1);
    EXPECT_EQ(reply->completes(), code / 100 == 2);
    EXPECT_EQ(reply->intermediate(), code / 100 == 3);
  }
}

TEST(MayBecomeAnswer, HoldsForEveryBeginningOfOne) {
  for (const auto* text : {"", "2", "22", "227", "229", "227 Entering", "229-", "227x"}) {
    EXPECT_TRUE(may_become_answer(text)) << text;
  }
  for (const auto* text : {"1", "20", "226", "228 Entering Long Passive Mode", " 227", "x", "\xff"}) {
    EXPECT_FALSE(may_become_answer(text)) << text;
  }
}

}  // namespace
}  // namespace pinhole::ftp
