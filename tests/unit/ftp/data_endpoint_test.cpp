// The endpoint of a data connection in commands: PORT and EPRT.

#include "pinhole/ftp/data_endpoint.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pinhole::ftp {
namespace {

struct Accepted {
  std::string line;
  std::string address;
  net::Port port;
  std::string text;  // where the endpoint is said to stand
};

void expect_found(Form form, const Accepted& row) {
  const auto found = find_endpoint(form, row.line);
  ASSERT_TRUE(found) << row.line;
  ASSERT_TRUE(found->address) << row.line;
  EXPECT_EQ(found->address->to_string(), row.address) << row.line;
  EXPECT_EQ(found->port, row.port) << row.line;
  ASSERT_LE(found->offset + found->length, row.line.size()) << row.line;
  EXPECT_EQ(row.line.substr(found->offset, found->length), row.text) << row.line;
}

TEST(Port, IsSixNumbers) {
  const Accepted rows[] = {
      {"PORT 10,0,0,1,4,1", "10.0.0.1", 1025, "10,0,0,1,4,1"},
      {"port 10,0,0,1,4,1", "10.0.0.1", 1025, "10,0,0,1,4,1"},
      {"PORT 0,0,0,0,0,0", "0.0.0.0", 0, "0,0,0,0,0,0"},
      {"PORT 255,255,255,255,255,255", "255.255.255.255", 65535, "255,255,255,255,255,255"},
      {"PORT   10,0,0,1,4,1", "10.0.0.1", 1025, "10,0,0,1,4,1"},
      {"PORT 10,0,0,1,4,1   ", "10.0.0.1", 1025, "10,0,0,1,4,1"},
      {"PORT 010,000,000,001,004,001", "10.0.0.1", 1025, "010,000,000,001,004,001"},  // decimal all the same
      {"PORT 10, 0 ,0 , 1,4,  1", "10.0.0.1", 1025, "10, 0 ,0 , 1,4,  1"},
      {"PORT 10,0,0,1,0,21", "10.0.0.1", 21, "10,0,0,1,0,21"},
      {"PORT 10,0,0,1,200,0", "10.0.0.1", 51200, "10,0,0,1,200,0"},
  };
  for (const auto& row : rows) expect_found(Form::port, row);
}

TEST(Port, IsNothingElse) {
  for (const auto& line : {std::string("PORT"),
                           std::string("PORT "),
                           std::string("PORT x"),
                           std::string("PORT 10,0,0,1,4"),
                           std::string("PORT 10,0,0,1,4,"),
                           std::string("PORT 10,0,0,1,4,1,7"),  // seven numbers
                           std::string("PORT 10,0,0,1,4,1,"),
                           std::string("PORT 10,0,0,1,4,1 ,7"),
                           std::string("PORT ,10,0,0,1,4,1"),
                           std::string("PORT 10,,0,0,1,4,1"),
                           std::string("PORT 10,0,0,1,4,0001"),
                           std::string("PORT 10,0,0,1,4,1x"),
                           std::string("PORT 10,0,0,1,4,1 x"),
                           std::string("PORT x10,0,0,1,4,1"),
                           std::string("PORT (10,0,0,1,4,1)"),
                           std::string("PORT 10.0.0.1,4,1"),
                           std::string("PORT 10,0,0,1,-4,1"),
                           std::string("PORT +10,0,0,1,4,1"),
                           std::string("PORT 0xa,0,0,1,4,1"),
                           std::string("PORT 10;0;0;1;4;1"),
                           std::string("PORT 10,0,0,1,\t4,1"),
                           std::string("PORT\v10,0,0,1,4,1"),
                           std::string("PORT 10,0,0,1,4,1\0", 18),
                           std::string("PORT 10,0,0,1,4\n,1"),
                           std::string("PORT 10,0,0,1,4,1\rPORT 10,0,0,1,4,1"),
                           std::string("PORT 4294967306,0,0,1,4,1"),
                           std::string("PORT 10 0 0 1 4 1"),
                           std::string("PORT |1|10.0.0.1|1025|"),
                           std::string("")}) {
    EXPECT_FALSE(find_endpoint(Form::port, line)) << line;
  }
}

TEST(Port, RefusesANumberAbove255InEveryPlace) {  // a kernel took 256,22 for port 22
  for (int place = 0; place < 6; ++place) {
    for (const auto* number : {"256", "260", "300", "999", "65536", "4294967296"}) {
      std::string line = "PORT ";
      for (int i = 0; i < 6; ++i) line += (i ? "," : "") + std::string(i == place ? number : "22");
      EXPECT_FALSE(find_endpoint(Form::port, line)) << line;
    }
  }
}

TEST(Eprt, IsReadWithAnyDelimiterAndEveryIpv6Form) {
  const Accepted rows[] = {
      {"EPRT |1|132.235.1.2|6275|", "132.235.1.2", 6275, "|1|132.235.1.2|6275|"},
      {"EPRT |2|1080::8:800:200C:417A|5282|", "1080::8:800:200c:417a", 5282,
       "|2|1080::8:800:200C:417A|5282|"},
      {"eprt   |1|10.0.0.1|1025|  ", "10.0.0.1", 1025, "|1|10.0.0.1|1025|"},
      {"EPRT ,2,0:0:0:0:0:0:0:0,1025,", "::", 1025, ",2,0:0:0:0:0:0:0:0,1025,"},
      {"EPRT !1!10.0.0.1!1025!", "10.0.0.1", 1025, "!1!10.0.0.1!1025!"},
      {"EPRT ~2~::1~1025~", "::1", 1025, "~2~::1~1025~"},
      {"EPRT /2/2001:0db8:0000:0000:0000:0000:0000:0001/1025/", "2001:db8::1", 1025,
       "/2/2001:0db8:0000:0000:0000:0000:0000:0001/1025/"},
      {"EPRT |2|::ffff:10.0.0.1|1025|", "::ffff:10.0.0.1", 1025, "|2|::ffff:10.0.0.1|1025|"},
      {"EPRT |2|::FFFF:A00:1|1025|", "::ffff:10.0.0.1", 1025, "|2|::FFFF:A00:1|1025|"},
      {"EPRT |1|10.0.0.1|0|", "10.0.0.1", 0, "|1|10.0.0.1|0|"},
      {"EPRT |1|10.0.0.1|65535|", "10.0.0.1", 65535, "|1|10.0.0.1|65535|"},
      {"EPRT |1|10.0.0.1|01025|", "10.0.0.1", 1025, "|1|10.0.0.1|01025|"},
  };
  for (const auto& row : rows) expect_found(Form::eprt, row);
}

TEST(Eprt, TakesEveryDelimiterThatIsNoPartOfItsFields) {  // RFC 2428 section 2: ASCII 33 to 126
  for (int c = 0; c < 256; ++c) {
    const std::string d(1, static_cast<char>(c));
    const bool apart = c > 32 && c < 127 && std::string("0123456789.").find(d) == std::string::npos;
    EXPECT_EQ(find_endpoint(Form::eprt, "EPRT " + d + "1" + d + "10.0.0.1" + d + "1025" + d).has_value(),
              apart)
        << c;
  }
}

TEST(Eprt, IsNothingElse) {
  for (const auto& line : {std::string("EPRT"),
                           std::string("EPRT "),
                           std::string("EPRT |"),
                           std::string("EPRT ||||"),
                           std::string("EPRT |1|10.0.0.1|1025"),   // last delimiter missing
                           std::string("EPRT |1|10.0.0.1|1025,"),  // another one
                           std::string("EPRT |1,10.0.0.1,1025|"),
                           std::string("EPRT 1|10.0.0.1|1025|"),  //
                           std::string("EPRT |2|10.0.0.1|1025|"),
                           std::string("EPRT |1|::1|1025|"),  // the other family
                           std::string("EPRT |1|::ffff:10.0.0.1|1025|"),
                           std::string("EPRT |0|10.0.0.1|1025|"),
                           std::string("EPRT |3|10.0.0.1|1025|"),
                           std::string("EPRT |01|10.0.0.1|1025|"),
                           std::string("EPRT |12|10.0.0.1|1025|"),
                           std::string("EPRT ||10.0.0.1|1025|"),
                           std::string("EPRT |1||1025|"),
                           std::string("EPRT |1|10.0.0.1||"),
                           std::string("EPRT |1|10.0.0.1|65536|"),
                           std::string("EPRT |1|10.0.0.1|102500|"),
                           std::string("EPRT |1|10.0.0.1|001025|"),
                           std::string("EPRT |1|10.0.0.1|-1025|"),
                           std::string("EPRT |1|10.0.0.1|+1025|"),
                           std::string("EPRT |1|10.0.0.1| 1025|"),
                           std::string("EPRT |1|10.0.0.1|1025 |"),
                           std::string("EPRT | 1|10.0.0.1|1025|"),
                           std::string("EPRT |1| 10.0.0.1|1025|"),
                           std::string("EPRT |1|10.0.0.1|1025|x"),
                           std::string("EPRT |1|10.0.0.1|1025||"),
                           std::string("EPRT |1|10.0.0.1|1025|7|"),
                           std::string("EPRT |1|010.0.0.1|1025|"),
                           std::string("EPRT |1|10.0.0.256|1025|"),
                           std::string("EPRT |1|10.0.0|1025|"),
                           std::string("EPRT |2|fe80::1%eth0|1025|"),
                           std::string("EPRT |2|[::1]|1025|"),
                           std::string("EPRT |2|:::1|1025|"),
                           std::string("EPRT |2|1:2:3:4:5:6:7|1025|"),
                           std::string("EPRT :2:::1:1025:"),
                           std::string("EPRT |1|10.0.0.1\0|1025|", 24),
                           std::string("EPRT 10,0,0,1,4,1"),
                           std::string("EPRT |1|ftp.example.org|1025|")}) {
    EXPECT_FALSE(find_endpoint(Form::eprt, line)) << line;
  }
}

}  // namespace
}  // namespace pinhole::ftp
