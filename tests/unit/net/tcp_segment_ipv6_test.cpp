// IPv6 extension headers before a TCP segment.

#include <gtest/gtest.h>

#include <array>

#include "net/bytes.hpp"
#include "pinhole/net/tcp_segment.hpp"
#include "unit/net/packets.hpp"

namespace pinhole::net {
namespace {

using test::Bytes;
using test::Extension;
using test::make_packet;
using test::parsed;

Bytes behind(const std::vector<Extension>& extensions) {
  auto spec = test::ipv6();
  spec.extensions = extensions;
  return make_packet(spec);
}

std::optional<SegmentError> ipv6_error_of(const Bytes& packet) {
  const auto result = TcpSegment::parse(packet);
  const auto* error = std::get_if<SegmentError>(&result);
  return error ? std::optional(*error) : std::nullopt;
}

TEST(Ipv6Extensions, AreStridden) {
  const std::vector<Extension> chains[] = {
      {test::hop_by_hop()},
      {test::routing()},
      {test::destination_options()},
      {test::authentication()},
      {test::fragment()},
      {test::hop_by_hop(), test::destination_options(), test::routing(), test::fragment(),
       test::authentication(), test::destination_options()},
  };
  for (const auto& chain : chains) {
    const Bytes packet = behind(chain);
    std::size_t offset = 40;
    for (const auto& extension : chain) offset += extension.bytes.size();
    ASSERT_EQ(ipv6_error_of(packet), std::nullopt) << int{chain[0].type};
    const auto segment = parsed(packet);
    EXPECT_EQ(segment.tcp_offset(), offset);
    EXPECT_EQ(segment.source(), test::ipv6().source);
    EXPECT_EQ(segment.destination(), test::ipv6().destination);
    EXPECT_EQ(segment.payload().size(), 6u);
  }
}

TEST(Ipv6Extensions, OnlyAnAtomicFragmentIsAWholePacket) {
  Bytes packet = behind({test::fragment()});
  EXPECT_EQ(ipv6_error_of(packet), std::nullopt);
  store16(packet, 42, 0x0006);  // the two reserved bits
  EXPECT_EQ(ipv6_error_of(packet), std::nullopt);
  for (const auto field : std::array<std::uint16_t, 5>{0x0001, 0x0008, 0x0009, 0xfff8, 0xffff}) {
    store16(packet, 42, field);
    EXPECT_EQ(ipv6_error_of(packet), SegmentError::fragment) << field;
  }
}

TEST(Ipv6Extensions, ThatDoNotEndInTcpAreNotOurs) {
  for (const auto next : Bytes{17, 50, 58, 59, 132, 135, 253}) {
    Bytes packet = behind({test::hop_by_hop()});
    packet[40] = next;
    EXPECT_EQ(ipv6_error_of(packet), SegmentError::not_tcp) << int{next};
    packet[6] = next;
    EXPECT_EQ(ipv6_error_of(packet), SegmentError::not_tcp) << int{next};
  }
}

TEST(Ipv6Extensions, CutAnywhereAreTruncated) {
  const Bytes packet = behind({test::hop_by_hop(), test::routing(), test::authentication()});
  for (std::size_t length = 0; length < packet.size(); ++length) {
    const Bytes cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(ipv6_error_of(cut), SegmentError::truncated) << length;
  }
}

/// The same with a payload length that promises no more.
TEST(Ipv6Extensions, ThatThePacketEndsInAreRefused) {
  const Bytes packet = behind({test::hop_by_hop(), test::routing(), test::authentication()});
  const std::size_t segment = packet.size() - 26;  // a header and NOOP
  for (std::size_t length = 41; length < segment + 20; ++length) {
    Bytes cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(length));
    store16(cut, 4, static_cast<std::uint16_t>(length - 40));
    EXPECT_EQ(ipv6_error_of(cut), length < segment ? SegmentError::bad_header : SegmentError::truncated)
        << length;
  }
}

TEST(Ipv6Extensions, LongerThanThePacketAreRefused) {
  for (const auto& extension :
       {test::hop_by_hop(), test::routing(), test::destination_options(), test::authentication()}) {
    Bytes packet = behind({extension});
    packet[41] = 255;
    EXPECT_EQ(ipv6_error_of(packet), SegmentError::bad_header) << int{extension.type};
  }
}

TEST(Ipv6Extensions, AChainWithoutEndEndsWithThePacket) {
  Bytes packet(40 + 8 * 1000, 0);  // a thousand hop-by-hop headers, each naming another one
  packet[0] = 0x60;
  store16(packet, 4, 8 * 1000);
  EXPECT_EQ(ipv6_error_of(packet), SegmentError::bad_header);
}

}  // namespace
}  // namespace pinhole::net
