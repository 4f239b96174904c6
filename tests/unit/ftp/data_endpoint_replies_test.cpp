// The endpoint of a data connection in replies: 227 and 229.

#include <gtest/gtest.h>

#include <string>

#include "pinhole/ftp/data_endpoint.hpp"

namespace pinhole::ftp {
namespace {

std::string pointed_at(const std::string& line, const DataEndpoint& found) {
  return line.substr(found.offset, found.length);
}

TEST(Pasv, IsFoundInAnyText) {
  struct Row {
    std::string line, text;
    net::Port port = 1286;
  };
  const Row rows[] = {
      {"227 Entering Passive Mode (1,2,3,4,5,6)", "1,2,3,4,5,6"},
      {"227 Entering Passive Mode (1,2,3,4,5,6).", "1,2,3,4,5,6"},
      {"227 Entering Passive Mode. 1,2,3,4,5,6", "1,2,3,4,5,6"},
      {"227 Entering Passive Mode 1,2,3,4,5,6 and so on", "1,2,3,4,5,6"},
      {"227 1,2,3,4,5,6", "1,2,3,4,5,6"},
      {"227=1,2,3,4,5,6", "1,2,3,4,5,6"},
      {"227 (=1,2,3,4,5,6)", "1,2,3,4,5,6"},
      {"227 Entering Passive Mode (1, 2, 3, 4, 5, 6)", "1, 2, 3, 4, 5, 6"},
      {"227 Entering Passive Mode (001,002,003,004,005,006)", "001,002,003,004,005,006"},
      {"227 Passivmodus, Nummer 7 (1,2,3,4,5,6)", "1,2,3,4,5,6"},
      {"227 At 12:30, see 1,2,3 (1,2,3,4,5,6)", "1,2,3,4,5,6"},
      {"227 [1,2,3,4,255,255]", "1,2,3,4,255,255", 65535},
      {"227 1,2,3,4,0,0", "1,2,3,4,0,0", 0},
      {"227 \xff\xfe 1,2,3,4,5,6\xff", "1,2,3,4,5,6"},
      {"227 1,2,3,4,5,6 then 9,9,9,9,9,9", "1,2,3,4,5,6"},  // the first, as clients read it
  };
  for (const auto& row : rows) {
    const auto found = find_endpoint(Form::pasv, row.line);
    ASSERT_TRUE(found) << row.line;
    EXPECT_EQ(found->address, net::IpAddress::parse("1.2.3.4")) << row.line;
    EXPECT_EQ(found->port, row.port) << row.line;
    EXPECT_EQ(pointed_at(row.line, *found), row.text);
  }
}

TEST(Pasv, IsNotMadeOfLeftovers) {
  for (const std::string line : {"227",
                                 "227 ",
                                 "227 Logout.",
                                 "227 Entering Passive Mode",
                                 "227 (1,2,3,4,5)",
                                 "227 (1,2,3,4,5,)",
                                 "227 (1,2,3,4,5,6,7)",  // seven numbers, neither with nor without the first
                                 "227 (0,1,2,3,4,5,6,7,8)",  //
                                 "227 (1,2,3,4,5,6,)",       //
                                 "227 (256,1,2,3,4,5,6)",    // six are left without the bad one
                                 "227 (1,2,3,4,5,256)",      //
                                 "227 (1,2,3,4,5,6666)",     //
                                 "227 (1,2,3,4,5,6 ,7)",     //
                                 "227 (0001,2,3,4,5,6)",     //
                                 "227 (1;2;3;4;5;6)",
                                 "227 (1.2.3.4.5.6)",
                                 "227 (1.2.3.4,5,6)",
                                 "227 (1,2,3,4,-5,6)",
                                 "227 (1,2,3,4,5",
                                 "227 (|||6446|)",
                                 "227 (1,2,3,\t4,5,6)"}) {
    EXPECT_FALSE(find_endpoint(Form::pasv, line)) << line;
  }
}

TEST(Pasv, OfAHundredThousandBytesIsReadInNoTime) {
  for (const std::string filler : {"A", "1,", "1 ", "1,2,3,4,5,", ",", "9", "1,2,3,4,5,256 "}) {
    std::string line = "227 ";
    while (line.size() < 112'723) line += filler;
    EXPECT_FALSE(find_endpoint(Form::pasv, line)) << filler;
    line += " (1,2,3,4,5,6)";
    EXPECT_TRUE(find_endpoint(Form::pasv, line)) << filler;
  }
}

TEST(Epsv, IsAPortBetweenDelimiters) {
  struct Row {
    std::string line;
    net::Port port;
  };
  const Row rows[] = {
      {"229 Entering Extended Passive Mode (|||6446|)", 6446},
      {"229 Entering Extended Passive Mode (|||6446|).", 6446},
      {"229 (!!!6446!)", 6446},
      {"229 (,,,6446,)", 6446},
      {"229 |||6446|", 6446},
      {"229 (|||6446|", 6446},
      {"229 (|||6446)", 6446},  // some forget the last delimiter
      {"229 (|||6446", 6446},
      {"229 Well... here it is (|||6446|)", 6446},
      {"229 (||||6446|)", 6446},
      {"229 (|||0|)", 0},
      {"229 (|||65535|)", 65535},
      {"229 (|||00021|)", 21},
      {"229|||6446|", 6446},
  };
  for (const auto& row : rows) {
    const auto found = find_endpoint(Form::epsv, row.line);
    ASSERT_TRUE(found) << row.line;
    EXPECT_FALSE(found->address) << row.line;
    EXPECT_EQ(found->port, row.port) << row.line;
    EXPECT_EQ(std::stoi(pointed_at(row.line, *found)), row.port) << row.line;
  }
}

TEST(Epsv, IsNothingElse) {
  for (const std::string line :
       {"229", "229 ", "229 Entering Extended Passive Mode", "229 (|||)", "229 (||||)", "229 (||6446|)",
        "229 (|||65536|)", "229 (|||100000|)", "229 (|||006446|)", "229 (|||-1|)", "229 (||| 6446|)",
        "229 (|||6446,)", "229 (|||6446 |)", "229 (|||6446x", "229 (|,|6446|)", "229 (   6446 )",
        "229 (|1|1.2.3.4|6446|)",  // RFC 2428 section 3: the first two fields must be empty
        "229 (22264462)", "229 (1,2,3,4,5,6)"}) {
    EXPECT_FALSE(find_endpoint(Form::epsv, line)) << line;
  }
}

TEST(PasvReplyOfLength, FillsTheLineExactly) {
  const net::Endpoint endpoint{*net::IpAddress::parse("203.0.113.200"), 51234};
  const std::string shortest = "227 (203,0,113,200,200,34)";
  for (std::size_t length = 0; length < 80; ++length) {
    const auto line = pasv_reply_of_length(endpoint, length);
    ASSERT_EQ(line.has_value(), length >= shortest.size()) << length;
    if (!line) continue;
    EXPECT_EQ(line->size(), length);
    EXPECT_TRUE(line->starts_with(shortest));
    const auto found = find_endpoint(Form::pasv, *line);
    ASSERT_TRUE(found);
    EXPECT_EQ((net::Endpoint{*found->address, found->port}), endpoint);
  }
}

}  // namespace
}  // namespace pinhole::ftp
