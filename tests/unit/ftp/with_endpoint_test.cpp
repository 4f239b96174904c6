// Putting another endpoint where one was found.

#include <gtest/gtest.h>

#include <string>

#include "pinhole/ftp/data_endpoint.hpp"

namespace pinhole::ftp {
namespace {

std::string rewritten(Form form, const std::string& line, const char* address, net::Port port) {
  const auto found = find_endpoint(form, line);
  if (!found) return "nothing found in " + line;
  return with_endpoint(form, line, *found, {*net::IpAddress::parse(address), port});
}

TEST(WithEndpoint, LeavesEverythingElseAsItIs) {
  struct Row {
    Form form;
    std::string before, after;
  };
  const Row rows[] = {
      {Form::port, "PORT 10,0,0,1,4,1", "PORT 203,0,113,7,200,10"},
      {Form::port, "pOrt   010, 0,0,1 ,4,1  ", "pOrt   203,0,113,7,200,10  "},
      {Form::eprt, "EPRT |1|10.0.0.1|1025|", "EPRT |1|203.0.113.7|51210|"},
      {Form::eprt, "eprt  !1!10.0.0.1!01025! ", "eprt  !1!203.0.113.7!51210! "},
      {Form::pasv, "227 Entering Passive Mode (10,0,0,1,4,1).",
       "227 Entering Passive Mode (203,0,113,7,200,10)."},
      {Form::pasv, "227 10,0,0,1,4,1", "227 203,0,113,7,200,10"},
      {Form::pasv, "227=10, 0, 0, 1, 4, 1 ok", "227=203,0,113,7,200,10 ok"},
      {Form::epsv, "229 Entering Extended Passive Mode (|||6446|)",
       "229 Entering Extended Passive Mode (|||51210|)"},
      {Form::epsv, "229 (!!!6446", "229 (!!!51210"},
  };
  for (const auto& [form, before, after] : rows) {
    EXPECT_EQ(rewritten(form, before, "203.0.113.7", 51210), after);
  }
}

TEST(WithEndpoint, WritesIpv6) {
  EXPECT_EQ(rewritten(Form::eprt, "EPRT |2|fd00::1|1025|", "2001:db8::f", 65535),
            "EPRT |2|2001:db8::f|65535|");
  EXPECT_EQ(rewritten(Form::eprt, "EPRT ,2,0:0:0:0:0:0:0:1,1025,", "2001:db8::f", 80),
            "EPRT ,2,2001:db8::f,80,");
}

TEST(WithEndpoint, NeverWritesADelimiterIntoItsFields) {  // any letter may delimit, and "f" is a digit too
  for (const auto* line : {"EPRT f2f2001::1f1025f", "EPRT d2d2001::1d1025d", "EPRT B2B2001::1B1025B"}) {
    const auto text = rewritten(Form::eprt, line, "2001:dbb8::f", 51210);
    const auto found = find_endpoint(Form::eprt, text);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(found->address, net::IpAddress::parse("2001:dbb8::f")) << text;
    EXPECT_EQ(found->port, 51210) << text;
  }
}

TEST(WithEndpoint, KnowsTheNamesOfTheForms) {
  EXPECT_STREQ(to_string(Form::port), "PORT");
  EXPECT_STREQ(to_string(Form::eprt), "EPRT");
  EXPECT_STREQ(to_string(Form::pasv), "PASV");
  EXPECT_STREQ(to_string(Form::epsv), "EPSV");
  EXPECT_TRUE(is_active(Form::port) && is_active(Form::eprt));
  EXPECT_FALSE(is_active(Form::pasv) || is_active(Form::epsv));
}

}  // namespace
}  // namespace pinhole::ftp
