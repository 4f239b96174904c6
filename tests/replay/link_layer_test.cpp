// Where the IP packet begins, link type by link type.

#include "pcap/link_layer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace pinhole::pcap {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// `header`, then twenty bytes that stand for an IP packet.
Bytes frame(Bytes header, std::size_t packet = 20) {
  header.resize(header.size() + packet, 0x45);
  return header;
}

std::size_t offset(LinkType type, const Bytes& bytes) {
  const auto found = find_ip(type, bytes);
  EXPECT_TRUE(std::holds_alternative<IpPlace>(found));
  return std::holds_alternative<IpPlace>(found) ? std::get<IpPlace>(found).offset : 9999;
}

LinkError error(LinkType type, const Bytes& bytes) {
  return std::get<LinkError>(find_ip(type, bytes));
}

Bytes ethernet(const Bytes& behind_addresses) {
  Bytes header(12 + behind_addresses.size());
  std::copy(behind_addresses.begin(), behind_addresses.end(), header.begin() + 12);
  return header;
}

TEST(LinkLayer, Ethernet) {
  EXPECT_EQ(offset(LinkType::ethernet, frame(ethernet({0x08, 0x00}))), 14u);
  EXPECT_EQ(offset(LinkType::ethernet, frame(ethernet({0x86, 0xdd}))), 14u);
  EXPECT_EQ(error(LinkType::ethernet, frame(ethernet({0x08, 0x06}))), LinkError::not_ip);  // ARP
  EXPECT_EQ(error(LinkType::ethernet, frame(ethernet({0x00, 0x26}))), LinkError::not_ip);  // 802.3 length
}

TEST(LinkLayer, VlanTagsInAnyNumber) {
  EXPECT_EQ(offset(LinkType::ethernet, frame(ethernet({0x81, 0x00, 0x00, 0x05, 0x08, 0x00}))), 18u);
  EXPECT_EQ(offset(LinkType::ethernet,
                   frame(ethernet({0x88, 0xa8, 0x00, 0x05, 0x81, 0x00, 0x20, 0x06, 0x86, 0xdd}))),
            22u);
  EXPECT_EQ(offset(LinkType::ethernet, frame(ethernet({0x91, 0x00, 0x00, 0x05, 0x81, 0x00, 0x20, 0x06, 0x81,
                                                       0x00, 0x00, 0x07, 0x08, 0x00}))),
            26u);
  EXPECT_EQ(error(LinkType::ethernet, ethernet({0x81, 0x00, 0x00})), LinkError::too_short);
  EXPECT_EQ(error(LinkType::ethernet, frame(ethernet({0x81, 0x00, 0x00, 0x05, 0x08, 0x06}))),
            LinkError::not_ip);
}

TEST(LinkLayer, PppoeSession) {
  const Bytes ipv4 = ethernet({0x88, 0x64, 0x11, 0x00, 0x00, 0x01, 0x00, 0x16, 0x00, 0x21});
  const Bytes tagged_ipv6 =
      ethernet({0x81, 0x00, 0x00, 0x07, 0x88, 0x64, 0x11, 0x00, 0x00, 0x01, 0x00, 0x16, 0x00, 0x57});
  EXPECT_EQ(offset(LinkType::ethernet, frame(ipv4)), 22u);
  EXPECT_EQ(offset(LinkType::ethernet, frame(tagged_ipv6)), 26u);
  const Bytes lcp = ethernet({0x88, 0x64, 0x11, 0x00, 0x00, 0x01, 0x00, 0x16, 0xc0, 0x21});
  EXPECT_EQ(error(LinkType::ethernet, frame(lcp)), LinkError::not_ip);
  const Bytes discovery = ethernet({0x88, 0x63, 0x11, 0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21});
  EXPECT_EQ(error(LinkType::ethernet, frame(discovery)), LinkError::not_ip);
}

TEST(LinkLayer, PppoeKeepsItsLength) {
  auto bytes = frame(ethernet({0x88, 0x64, 0x11, 0x00, 0x00, 0x01, 0x00, 0x16, 0x00, 0x21}), 300);
  const auto place = std::get<IpPlace>(find_ip(LinkType::ethernet, bytes));
  EXPECT_EQ(place.length, LinkLength::pppoe);
  fit_link_header(place, bytes);
  EXPECT_EQ(bytes[18] << 8 | bytes[19], 302);
  fit_link_header(place, bytes, 1000);
  EXPECT_EQ(bytes[18] << 8 | bytes[19], 1302);

  auto plain = frame(ethernet({0x08, 0x00}));
  const auto before = plain;
  fit_link_header(std::get<IpPlace>(find_ip(LinkType::ethernet, plain)), plain);
  EXPECT_EQ(plain, before);
}

TEST(LinkLayer, LinuxCooked) {
  Bytes sll(16);
  sll[14] = 0x08;
  EXPECT_EQ(offset(LinkType::linux_sll, frame(sll)), 16u);
  sll[14] = 0x81;
  for (const std::uint8_t byte : Bytes{0x00, 0x05, 0x08, 0x00}) sll.push_back(byte);
  EXPECT_EQ(offset(LinkType::linux_sll, frame(sll)), 20u);

  Bytes sll2(20);
  sll2[0] = 0x86;
  sll2[1] = 0xdd;
  EXPECT_EQ(offset(LinkType::linux_sll2, frame(sll2)), 20u);
  sll2[0] = sll2[1] = 0;
  EXPECT_EQ(error(LinkType::linux_sll2, frame(sll2)), LinkError::not_ip);
}

/// A packet header, a prefix of odd length with its padding, and the payload's own header, as a host of that
/// byte order writes them.
Bytes nflog(bool big, std::size_t payload = 20) {
  const auto number = [big](std::size_t value) {
    const auto high = static_cast<std::uint8_t>(value >> 8), low = static_cast<std::uint8_t>(value);
    return big ? Bytes{high, low} : Bytes{low, high};
  };
  Bytes header{2, 0, 0, 5};
  const auto add = [&](std::size_t type, const Bytes& value, std::size_t length) {
    for (const auto& part : {number(length + 4), number(type), value})
      header.insert(header.end(), part.begin(), part.end());
  };
  add(1, {8, 0, 2, 0}, 4);
  add(10, {'f', 't', 'p', 0, 0, 0, 0, 0}, 5);
  add(9, {}, payload);
  return header;
}

TEST(LinkLayer, Nflog) {
  for (const bool big : {false, true}) EXPECT_EQ(offset(LinkType::nflog, frame(nflog(big))), 28u) << big;
  EXPECT_EQ(error(LinkType::nflog, {2, 0, 0, 5, 8, 0, 1, 0, 8, 0, 2, 0}), LinkError::not_ip) << "no packet";
  EXPECT_EQ(error(LinkType::nflog, {2, 0, 0, 5, 0, 0, 9, 0, 8, 0, 2, 0}), LinkError::not_ip) << "no length";
}

TEST(LinkLayer, NflogKeepsItsLength) {
  for (const bool big : {false, true}) {
    auto bytes = frame(nflog(big), 300);
    fit_link_header(std::get<IpPlace>(find_ip(LinkType::nflog, bytes)), bytes, 1000);
    EXPECT_EQ(big ? bytes[24] << 8 | bytes[25] : bytes[25] << 8 | bytes[24], 1304);
  }
}

TEST(LinkLayer, RawIpHasNoHeader) {
  for (const auto type : {LinkType::raw, LinkType::ipv4, LinkType::ipv6}) {
    EXPECT_EQ(offset(type, frame({})), 0u);
    EXPECT_EQ(error(type, {}), LinkError::too_short);
  }
}

TEST(LinkLayer, LoopbackInEitherByteOrder) {
  for (const auto type : {LinkType::null, LinkType::loop}) {
    for (const std::uint8_t family : Bytes{2, 10, 24, 28, 30}) {
      EXPECT_EQ(offset(type, frame({family, 0, 0, 0})), 4u);
      EXPECT_EQ(offset(type, frame({0, 0, 0, family})), 4u);
    }
    EXPECT_EQ(error(type, frame({0, 0, 0, 0})), LinkError::not_ip);
    EXPECT_EQ(error(type, frame({2, 0, 0, 2})), LinkError::not_ip);
    EXPECT_EQ(error(type, frame({0, 0, 0, 7})), LinkError::not_ip);
  }
}

TEST(LinkLayer, EveryCutIsAValueNotACrash) {
  const Bytes whole = frame(ethernet({0x81, 0x00, 0x00, 0x07, 0x88, 0x64, 0x11, 0, 0, 1, 0, 22, 0, 0x21}), 0);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    for (const auto type :
         {LinkType::null, LinkType::ethernet, LinkType::loop, LinkType::linux_sll, LinkType::linux_sll2}) {
      EXPECT_TRUE(std::holds_alternative<LinkError>(find_ip(type, cut))) << size;
    }
  }
  const Bytes packet = nflog(false);
  for (std::size_t size = 0; size <= packet.size(); ++size) {
    const Bytes cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_TRUE(std::holds_alternative<LinkError>(find_ip(LinkType::nflog, cut))) << size;
  }
}

TEST(LinkLayer, NumbersOfLibpcap) {
  EXPECT_EQ(link_type(1), LinkType::ethernet);
  EXPECT_EQ(link_type(12), LinkType::raw);
  EXPECT_EQ(link_type(101), LinkType::raw);
  EXPECT_EQ(link_type(276), LinkType::linux_sll2);
  EXPECT_EQ(link_type(239), LinkType::nflog);
  EXPECT_EQ(link_type(147), std::nullopt);
  EXPECT_EQ(link_type(-1), std::nullopt);
}

}  // namespace
}  // namespace pinhole::pcap
