#include "pinhole/net/tcp_segment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "net/bytes.hpp"
#include "unit/net/packets.hpp"

namespace pinhole::net {
namespace {

using test::Bytes;
using test::make_packet;
using test::parsed;

std::optional<SegmentError> error_of(const Bytes& packet) {
  const auto result = TcpSegment::parse(packet);
  const auto* error = std::get_if<SegmentError>(&result);
  return error ? std::optional(*error) : std::nullopt;
}

std::string payload_of(const TcpSegment& segment) {
  return {segment.payload().begin(), segment.payload().end()};
}

TEST(TcpSegment, ReadsEveryField) {
  for (auto spec : {test::ipv4(), test::ipv6()}) {
    spec.seq = Seq(0xfffffffe);
    spec.ack = Seq(0x80000001);
    spec.urgent = 3;
    const Bytes packet = make_packet(spec);
    const auto segment = parsed(packet);
    EXPECT_EQ(segment.source(), spec.source);
    EXPECT_EQ(segment.destination(), spec.destination);
    EXPECT_EQ(segment.seq(), spec.seq);
    EXPECT_EQ(segment.ack(), spec.ack);
    EXPECT_EQ(segment.window(), 0x1234);
    EXPECT_EQ(segment.urgent_pointer(), 3);
    EXPECT_EQ(payload_of(segment), "NOOP\r\n");
    EXPECT_EQ(segment.payload_end(), Seq(4));
    EXPECT_EQ(segment.packet().size(), packet.size());
    EXPECT_TRUE(segment.options().empty());
  }
}

TEST(TcpSegment, TellsTheFlagsApart) {
  auto spec = test::ipv4();
  for (unsigned flags = 0; flags < 0x40; ++flags) {
    spec.flags = static_cast<std::uint8_t>(flags);
    const Bytes packet = make_packet(spec);
    const auto segment = parsed(packet);
    EXPECT_EQ(segment.fin(), (flags & 1) != 0);
    EXPECT_EQ(segment.syn(), (flags & 2) != 0);
    EXPECT_EQ(segment.rst(), (flags & 4) != 0);
    EXPECT_EQ(segment.has_ack(), (flags & 16) != 0);
    EXPECT_EQ(segment.urg(), (flags & 32) != 0);
  }
}

TEST(TcpSegment, MayBeEmpty) {
  auto spec = test::ipv6();
  spec.payload.clear();
  const Bytes packet = make_packet(spec);
  EXPECT_TRUE(parsed(packet).payload().empty());
  EXPECT_EQ(parsed(packet).payload_end(), spec.seq);
}

TEST(TcpSegment, Ipv4OptionsStandBeforeIt) {
  auto spec = test::ipv4();
  for (std::size_t length = 0; length <= 40; length += 4) {
    spec.ip_options = Bytes(length, 1);
    const Bytes packet = make_packet(spec);
    EXPECT_EQ(parsed(packet).tcp_offset(), 20 + length);
    EXPECT_EQ(parsed(packet).source(), spec.source);
    EXPECT_EQ(payload_of(parsed(packet)), spec.payload);
  }
}

TEST(TcpSegment, BytesBehindTheTotalLengthArePadding) {
  for (const auto& spec : {test::ipv4(), test::ipv6()}) {
    Bytes packet = make_packet(spec);
    const auto length = packet.size();
    packet.insert(packet.end(), {'P', 'O', 'R', 'T'});
    EXPECT_EQ(payload_of(parsed(packet)), spec.payload);
    EXPECT_EQ(parsed(packet).packet().size(), length);
  }
}

TEST(TcpSegment, ALengthOfZeroMeansAllThereIs) {  // segmentation offload, jumbograms
  Bytes v4 = make_packet(test::ipv4());
  store16(v4, 2, 0);
  EXPECT_EQ(payload_of(parsed(v4)), "NOOP\r\n");
  Bytes v6 = make_packet(test::ipv6());
  store16(v6, 4, 0);
  EXPECT_EQ(payload_of(parsed(v6)), "NOOP\r\n");
}

TEST(TcpSegment, ACutPacketIsTruncatedWhereverItIsCut) {
  auto optioned = test::ipv4();
  optioned.ip_options = Bytes(12, 1);
  optioned.tcp_options = Bytes(20, 1);
  for (const auto& spec : {test::ipv4(), test::ipv6(), optioned}) {
    const Bytes packet = make_packet(spec);
    for (std::size_t length = 0; length < packet.size(); ++length) {
      const Bytes cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_EQ(error_of(cut), SegmentError::truncated) << length << " of " << packet.size();
    }
  }
}

/// Cut with a length that says so: then it is a header that lacks bytes, or a shorter payload.
TEST(TcpSegment, AShorterTotalLengthEndsThePacketThere) {
  const Bytes packet = make_packet(test::ipv4());
  for (std::uint16_t length = 1; length < packet.size(); ++length) {
    Bytes shortened = packet;
    store16(shortened, 2, length);
    if (length < 20) {
      EXPECT_EQ(error_of(shortened), SegmentError::bad_header) << length;
    } else if (length < 40) {
      EXPECT_EQ(error_of(shortened), SegmentError::truncated) << length;
    } else {
      EXPECT_EQ(parsed(shortened).payload().size(), length - 40u);
    }
  }
}

TEST(TcpSegment, RefusesAHeaderLengthThatCannotBe) {
  for (std::uint8_t words = 0; words < 5; ++words) {
    Bytes packet = make_packet(test::ipv4());
    packet[0] = static_cast<std::uint8_t>(0x40 | words);
    EXPECT_EQ(error_of(packet), SegmentError::bad_header) << "IHL " << int{words};
    packet = make_packet(test::ipv4());
    packet[20 + 12] = static_cast<std::uint8_t>(words << 4);
    EXPECT_EQ(error_of(packet), SegmentError::bad_header) << "data offset " << int{words};
  }
}

TEST(TcpSegment, RefusesAHeaderThatIsLongerThanThePacket) {
  Bytes packet = make_packet(test::ipv4());  // 6 bytes of payload: an offset of 6 words fits, 7 do not
  packet[20 + 12] = 6 << 4;
  EXPECT_EQ(error_of(packet), std::nullopt);
  packet[20 + 12] = 7 << 4;
  EXPECT_EQ(error_of(packet), SegmentError::truncated);
  packet = make_packet(test::ipv4());
  packet[0] = 0x4f;
  EXPECT_EQ(error_of(packet), SegmentError::bad_header);
}

TEST(TcpSegment, RefusesOtherProtocols) {
  for (unsigned version = 0; version < 16; ++version) {
    if (version == 4 || version == 6) continue;
    Bytes packet = make_packet(test::ipv4());
    packet[0] = static_cast<std::uint8_t>(version << 4 | 5);
    EXPECT_EQ(error_of(packet), SegmentError::not_ip) << version;
  }
  Bytes udp = make_packet(test::ipv4());
  udp[9] = 17;
  EXPECT_EQ(error_of(udp), SegmentError::not_tcp);
}

TEST(TcpSegment, RefusesFragments) {
  for (const auto field : std::array<std::uint16_t, 4>{0x2000, 0x0001, 0x1fff, 0x3fff}) {
    Bytes packet = make_packet(test::ipv4());
    store16(packet, 6, field);
    EXPECT_EQ(error_of(packet), SegmentError::fragment) << field;
  }
  Bytes whole = make_packet(test::ipv4());
  store16(whole, 6, 0xc000);  // reserved bit and "don't fragment"
  EXPECT_EQ(error_of(whole), std::nullopt);
}

TEST(TcpSegment, FindsTimestampsAmongOptions) {
  const Bytes stamp{8, 10, 0, 0, 0, 7, 0, 0, 0, 9};
  const auto with = [&stamp](Bytes before, std::size_t length) {
    before.insert(before.end(), stamp.begin(), stamp.end());
    before.resize(length);
    auto spec = test::ipv4();
    spec.tcp_options = before;
    const Bytes packet = make_packet(spec);
    return parsed(packet).timestamps();
  };
  for (const auto& found : {with({}, 12), with({1, 1}, 12), with({2, 4, 5, 0xb4}, 16), with({3, 3, 7}, 16)}) {
    ASSERT_TRUE(found);
    EXPECT_EQ(found->value, 7u);
    EXPECT_EQ(found->echo, 9u);
  }
  EXPECT_FALSE(with({0}, 12)) << "behind the end of the options";
  EXPECT_FALSE(with({3, 0}, 12)) << "an option without a length";
  EXPECT_FALSE(with({3, 1}, 12)) << "an option shorter than itself";
  EXPECT_FALSE(with({3, 40}, 12)) << "an option longer than all of them";
  EXPECT_FALSE(with({8, 4, 1, 2}, 4)) << "timestamps of another size";
}

TEST(TcpSegment, ReadsNoOptionBehindTheLast) {
  auto spec = test::ipv4();
  spec.payload.clear();
  for (const auto& options : {Bytes{8, 10, 0, 0}, Bytes{1, 1, 1, 8}, Bytes{1, 1, 8, 10}, Bytes{1, 1, 1, 1}}) {
    spec.tcp_options = options;
    const Bytes packet = make_packet(spec);
    EXPECT_FALSE(parsed(packet).timestamps());
    EXPECT_TRUE(std::ranges::equal(parsed(packet).options(), options));
  }
}

}  // namespace
}  // namespace pinhole::net
