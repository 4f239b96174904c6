#include "pinhole/net/address.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace pinhole::net {
namespace {

struct Spelling {
  std::string text;
  std::string canonical;  // empty: no address
};

TEST(IpAddress, IsReadInEveryTextualForm) {
  const Spelling spellings[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"2001:db8:0:0:8:800:200c:417a", "2001:db8::8:800:200c:417a"},
      {"2001:DB8::8:800:200C:417A", "2001:db8::8:800:200c:417a"},
      {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
      {"0:0:0:0:0:0:0:0", "::"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"::FFFF:c000:201", "::ffff:192.0.2.1"},
      {"0000:0000:0000:0000:0000:ffff:255.255.255.255", "::ffff:255.255.255.255"},  // the longest there is
  };
  for (const auto& [text, canonical] : spellings) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), canonical) << text;
    EXPECT_EQ(address->family(), canonical.find(':') == canonical.npos ? Family::v4 : Family::v6) << text;
  }
}

TEST(IpAddress, ToleratesNothingAroundIt) {
  const std::string texts[] = {
      "",
      " ",
      "192.0.2",
      "192.0.2.1.1",
      "192.0.2.256",
      "192.0.2.-1",
      "192.0.2.01",  // octal for some, decimal for others
      "192.0.2.1 ",
      " 192.0.2.1",
      "192.0.2.1:21",
      "0xc0.0.2.1",
      "3221225985",
      "2001:db8:::1",
      "2001:db8::1::2",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "12345::",
      "::g",
      "[::1]",
      "fe80::1%eth0",
      "::1/64",
      "ftp.example.org",
      std::string("192.0.2.1\0", 10),
      std::string("192.0.2.1\0.evil", 15),
      std::string(1000, '1'),
      std::string(1000, ':'),
  };
  for (const auto& text : texts) EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpAddress, HasFourBytesOrSixteen) {
  const std::array<std::uint8_t, 17> bytes{192, 0, 2, 1};
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto some = std::span(bytes).first(size);
    if (size == 4 || size == 16) {
      const auto address = IpAddress::from_bytes(some);
      EXPECT_EQ(address.bytes().size(), size);
    } else {
      EXPECT_THROW(IpAddress::from_bytes(some), std::invalid_argument) << size;
    }
  }
}

TEST(IpAddress, EqualsOnlyOneOfItsOwnFamily) {
  EXPECT_EQ(*IpAddress::parse("::1"), *IpAddress::parse("0:0::1"));
  EXPECT_NE(*IpAddress::parse("::"), *IpAddress::parse("0.0.0.0"));
  EXPECT_NE(*IpAddress::parse("::ffff:192.0.2.1"), *IpAddress::parse("192.0.2.1"));
  EXPECT_EQ(IpAddress(), *IpAddress::parse("0.0.0.0"));
  EXPECT_LT(*IpAddress::parse("192.0.2.1"), *IpAddress::parse("192.0.2.2"));
}

TEST(Endpoint, PutsBracketsAroundIpv6) {
  EXPECT_EQ((Endpoint{*IpAddress::parse("192.0.2.1"), 21}).to_string(), "192.0.2.1:21");
  EXPECT_EQ((Endpoint{*IpAddress::parse("2001:db8::1"), 65535}).to_string(), "[2001:db8::1]:65535");
}

TEST(Endpoint, HashesTellPortsAndAddressesApart) {
  const Endpoint one{*IpAddress::parse("192.0.2.1"), 0x0102};
  EXPECT_EQ(hash_value(one), hash_value(Endpoint(one)));
  EXPECT_NE(hash_value(one), hash_value(Endpoint{one.address, 0x0201}));
  EXPECT_NE(hash_value(one), hash_value(Endpoint{*IpAddress::parse("192.0.1.2"), one.port}));
}

TEST(Network, ContainsWhatSharesItsPrefix) {
  struct Row {
    std::string network, address;
    bool inside;
  };
  const Row rows[] = {
      {"192.168.0.0/16", "192.168.255.255", true},
      {"192.168.0.0/16", "192.169.0.0", false},
      {"10.1.2.3/8", "10.200.0.1", true},  // bits behind the prefix do not matter
      {"192.0.2.128/25", "192.0.2.127", false},
      {"192.0.2.128/25", "192.0.2.200", true},
      {"192.0.2.4/30", "192.0.2.7", true},
      {"192.0.2.4/30", "192.0.2.8", false},
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.2", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "192.0.2.1", false},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"2001:db8::1/128", "2001:db8::1", true},
      {"2001:db8::1", "2001:db8::2", false},
  };
  for (const auto& [network, address, inside] : rows) {
    const auto prefix = Network::parse(network);
    ASSERT_TRUE(prefix) << network;
    EXPECT_EQ(prefix->contains(*IpAddress::parse(address)), inside) << network << " and " << address;
  }
}

TEST(Network, ABareAddressIsAPrefixOfFullLength) {
  EXPECT_EQ(Network::parse("192.0.2.1")->to_string(), "192.0.2.1/32");
  EXPECT_EQ(Network::parse("2001:db8::1")->to_string(), "2001:db8::1/128");
  EXPECT_EQ(Network::parse("10.0.0.0/8")->to_string(), "10.0.0.0/8");
  EXPECT_EQ(Network::parse("192.0.2.1"), Network::parse("192.0.2.1/32"));
}

TEST(Network, RefusesALengthThatCannotBe) {
  for (const auto* text : {"192.0.2.0/33", "::/129", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/+8", "/8", "",
                           "192.0.2.0/8/8", "192.0.2.0/8 ", "192.0.2.0/ 8", "192.0.2.0/4294967304"}) {
    EXPECT_FALSE(Network::parse(text)) << text;
  }
}

}  // namespace
}  // namespace pinhole::net
