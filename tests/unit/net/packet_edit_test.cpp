#include "pinhole/net/packet_edit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "net/bytes.hpp"
#include "support/segments.hpp"
#include "unit/net/packets.hpp"

namespace pinhole::net {
namespace {

using test::Bytes;
using test::checksums_right;
using test::make_packet;
using test::parsed;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// One packet of each make: plain, with IPv4 options, with extension headers; all with TCP options.
std::vector<test::PacketSpec> specimens() {
  std::vector<test::PacketSpec> all{test::ipv4(), test::ipv4(), test::ipv6(), test::ipv6()};
  all[1].ip_options = Bytes(8, 1);
  all[3].extensions = {test::hop_by_hop(), test::authentication()};
  for (auto& spec : all) spec.tcp_options = {1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9};
  return all;
}

TEST(Rebuild, ReplacesPayloadAndNumberOnly) {
  for (const auto& spec : specimens()) {
    for (const std::string text : {"", "x", "PORT 203,0,113,1,200,10\r\n"}) {
      const Bytes packet = make_packet(spec);
      Bytes out{9, 9, 9};
      rebuild(parsed(packet), Seq(0xffffffff), bytes_of(text), true, out);

      auto expected = spec;
      expected.seq = Seq(0xffffffff);
      expected.payload = text;
      EXPECT_EQ(out, make_packet(expected)) << text;
    }
  }
}

TEST(Rebuild, MendsAChecksumThatWasPartial) {
  Bytes packet = make_packet(test::ipv4());
  store16(packet, 20 + 16, 0x1234);
  store16(packet, 10, 0x4321);
  Bytes out;
  rebuild(parsed(packet), Seq(1000), parsed(packet).payload(), true, out);
  EXPECT_EQ(out, make_packet(test::ipv4()));
}

TEST(Rebuild, DropsPaddingBehindThePacket) {
  Bytes packet = make_packet(test::ipv4());
  packet.insert(packet.end(), {0, 0, 0, 0});
  Bytes out;
  rebuild(parsed(packet), Seq(1000), parsed(packet).payload(), true, out);
  EXPECT_EQ(out, make_packet(test::ipv4()));
}

TEST(Rebuild, KeepsFinAndPushOnlyWithTheEnd) {
  auto spec = test::ipv6();
  spec.flags = 0x39;  // FIN, PSH, ACK, URG
  const Bytes packet = make_packet(spec);
  Bytes out;
  rebuild(parsed(packet), spec.seq, bytes_of("NO"), false, out);
  EXPECT_EQ(out[parsed(out).tcp_offset() + 13], 0x30);
  EXPECT_TRUE(checksums_right(out));
  rebuild(parsed(packet), spec.seq, bytes_of("NO"), true, out);
  EXPECT_EQ(out[parsed(out).tcp_offset() + 13], 0x39);
}

TEST(Rebuild, MovesTheUrgentPointerWithTheNumber) {
  struct Row {
    std::uint8_t flags;
    std::uint16_t urgent;
    int moved_by;
    std::uint16_t expected;
  };
  const Row rows[] = {
      {0x30, 5, 0, 5},  {0x30, 5, -100, 105},         {0x30, 5, 3, 2},
      {0x30, 5, 10, 0}, {0x30, 0xfff0, -100, 0xffff}, {0x10, 5, -100, 5},  // no URG flag: not a pointer
  };
  for (const auto& row : rows) {
    auto spec = test::ipv4();
    spec.flags = row.flags;
    spec.urgent = row.urgent;
    const Bytes packet = make_packet(spec);
    Bytes out;
    rebuild(parsed(packet), spec.seq + row.moved_by, parsed(packet).payload(), true, out);
    EXPECT_EQ(parsed(out).urgent_pointer(), row.expected) << row.urgent << " by " << row.moved_by;
    EXPECT_TRUE(checksums_right(out));
  }
}

TEST(BuildAck, GoesBackToTheSenderAsIfFromTheReceiver) {
  for (const auto& spec : specimens()) {
    const Bytes packet = make_packet(spec);
    Bytes out{1};
    build_ack(parsed(packet), Seq(1234), 0x0102, parsed(packet).timestamps(), out);
    ASSERT_TRUE(checksums_right(out));
    const auto ack = parsed(out);
    EXPECT_EQ(ack.source(), spec.destination);
    EXPECT_EQ(ack.destination(), spec.source);
    EXPECT_EQ(ack.seq(), spec.ack);
    EXPECT_EQ(ack.ack(), Seq(1234));
    EXPECT_EQ(ack.window(), 0x0102);
    EXPECT_TRUE(ack.payload().empty());
    EXPECT_TRUE(ack.has_ack());
    EXPECT_FALSE(ack.syn() || ack.fin() || ack.rst() || ack.urg());
    ASSERT_TRUE(ack.timestamps());
    EXPECT_EQ(ack.timestamps()->value, 9u) << "what the segment echoed";
    EXPECT_EQ(ack.timestamps()->echo, 7u) << "the segment's own value";
    EXPECT_EQ(ack.packet().size(), out.size());
  }
}

TEST(BuildAck, HasNoTimestampsWhereTheConnectionHasNone) {
  for (const auto& spec : {test::ipv4(), test::ipv6()}) {
    const Bytes packet = make_packet(spec);
    Bytes out;
    build_ack(parsed(packet), Seq(1006), 1, {}, out);
    EXPECT_TRUE(checksums_right(out));
    EXPECT_TRUE(parsed(out).options().empty());
  }
}

TEST(Readdress, ReplacesBothEndpoints) {
  for (const auto& spec : specimens()) {
    auto expected = spec;
    const bool v4 = spec.source.address.family() == Family::v4;
    expected.source = v4 ? test::endpoint("203.0.113.7", 1) : test::endpoint("2001:db8:7::7", 1);
    expected.destination = v4 ? test::endpoint("10.0.0.1", 65535) : test::endpoint("fd00::1", 65535);
    Bytes packet = make_packet(spec);
    readdress(packet, expected.source, expected.destination);
    EXPECT_EQ(packet, make_packet(expected));
  }
}

TEST(ShiftSeq, AddsInBothDirectionsAcrossTheWrap) {
  for (auto spec : specimens()) {
    for (const std::int32_t delta : {0, 1, -1, 1000, -70000}) {
      spec.seq = Seq(3);
      Bytes packet = make_packet(spec);
      shift_seq(packet, delta);
      spec.seq = Seq(3) + delta;
      EXPECT_EQ(packet, make_packet(spec)) << delta;
    }
  }
}

TEST(ShiftSeq, LeavesAWrongChecksumWrong) {
  Bytes packet = make_packet(test::ipv4());
  packet[20 + 17] ^= 0x55;
  shift_seq(packet, 5);
  EXPECT_FALSE(checksums_right(packet));
  packet[20 + 17] ^= 0x55;
  EXPECT_EQ(parsed(packet).seq(), Seq(1005));
}

}  // namespace
}  // namespace pinhole::net
