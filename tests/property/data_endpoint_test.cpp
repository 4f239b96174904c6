// Endpoints in lines: found only where they are, and found again where they were put.

#include <gtest/gtest.h>

#include "pinhole/ftp/command.hpp"
#include "pinhole/ftp/reply.hpp"
#include "property/ftp_lines.hpp"
#include "support/endpoint_reading.hpp"

namespace pinhole::test {
namespace {

using ftp::Form;

constexpr Form kForms[] = {Form::port, Form::eprt, Form::pasv, Form::epsv};

net::Endpoint random_endpoint(Random& random, net::Family family) {
  auto bytes = random.bytes(family == net::Family::v4 ? 4 : 16);
  for (auto& byte : bytes) {  // with runs of zeros, as IPv6 abbreviates them
    if (random.chance(family == net::Family::v4 ? 10 : 60)) byte = 0;
  }
  return {net::IpAddress::from_bytes(bytes), static_cast<net::Port>(random.any())};
}

/// Any printable character that is no digit and stands in no IPv4 address; a letter may be an IPv6 digit.
char random_delimiter(Random& random) {
  while (true) {
    const char c = static_cast<char>(random.between(33, 126));
    if ((c < '0' || c > '9') && c != '.' && c != ':') return c;
  }
}

/// Text that a 227 or 229 may have around its endpoint, without digits or a delimiter thrice.
std::string random_text(Random& random) {
  std::string text;
  for (auto length = random.below(12); length > 0; --length) {
    text += random.one_of("abcdef ghij.=(-:\xc3\xa4");
    if (text.size() >= 2 && text.back() == text[text.size() - 2]) text.pop_back();
  }
  return text;
}

TEST(EndpointProperty, WhatIsRenderedIsFoundAgain) {
  for_random(10'000, [](Random& random) {
    const Form form = random.one_of(kForms);
    const auto family = form == Form::eprt && random.chance(50) ? net::Family::v6 : net::Family::v4;
    const auto endpoint = random_endpoint(random, family);
    const char d = random_delimiter(random);
    std::string line;
    if (form == Form::port) {
      line =
          "PORT" + std::string(random.between(1, 3), ' ') + "1,2,3,4,5,6" + std::string(random.below(3), ' ');
    } else if (form == Form::eprt) {
      const std::string address = family == net::Family::v4 ? "1.2.3.4" : "::1";
      line = "EPRT " + (d + std::string(family == net::Family::v4 ? "1" : "2")) + d + address + d + "80" + d;
    } else if (form == Form::pasv) {
      line = "227 " + random_text(random) + "1,2,3,4,5,6" + random_text(random);
    } else {
      const bool last = random.chance(80);
      line = "229 " + random_text(random) + '(' + d + d + d + "80" + (last ? d + std::string(")") : ")");
    }
    const auto found = find_endpoint(form, line);
    ASSERT_TRUE(found) << line;
    const auto rewritten = with_endpoint(form, line, *found, endpoint);
    const auto again = find_endpoint(form, rewritten);
    ASSERT_TRUE(again) << rewritten;
    ASSERT_EQ(again->port, endpoint.port) << rewritten;
    ASSERT_EQ(again->offset, found->offset) << rewritten;
    if (form == Form::epsv) {
      ASSERT_FALSE(again->address) << rewritten;
    } else {
      ASSERT_EQ(again->address, endpoint.address) << rewritten;
    }
    ASSERT_EQ(rewritten.substr(0, found->offset), line.substr(0, found->offset));
    ASSERT_EQ(rewritten.substr(again->offset + again->length), line.substr(found->offset + found->length));
    ASSERT_EQ(with_endpoint(form, rewritten, *again, endpoint), rewritten) << "twice is as once";
  });
}

TEST(EndpointProperty, NothingOutOfRangeIsEverFound) {
  std::size_t found_ones = 0, nothing = 0;
  for_random(40'000, [&](Random& random) {
    const auto line =
        mutated(random, std::string(random.chance(50) ? real_command(random) : real_reply(random)));
    for (const Form form : kForms) {
      const bool readable =
          is_active(form) ? ftp::parse_command(line).has_value() : ftp::parse_reply(line).has_value();
      const auto found = readable ? find_endpoint(form, line) : std::nullopt;
      ASSERT_TRUE(!found || says(form, line, *found)) << to_string(form) << " in " << line;
      (found ? found_ones : nothing) += 1;
    }
  });
  EXPECT_GT(found_ones, 1000u);
  EXPECT_GT(nothing, 1000u);
}

}  // namespace
}  // namespace pinhole::test
