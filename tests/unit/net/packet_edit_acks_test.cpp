// map_acks(): acknowledgment numbers and SACK edges (RFC 2018).

#include <gtest/gtest.h>

#include "net/bytes.hpp"
#include "pinhole/net/packet_edit.hpp"
#include "support/segments.hpp"
#include "unit/net/packets.hpp"

namespace pinhole::net {
namespace {

using test::Bytes;
using test::make_packet;

Seq ten_back(Seq ack) {
  return ack - std::int64_t{10};
}

void append_edges(Bytes& options, std::initializer_list<std::uint32_t> edges) {
  options.push_back(5);
  options.push_back(static_cast<std::uint8_t>(2 + 4 * edges.size()));
  for (const auto edge : edges) {
    options.resize(options.size() + 4);
    store32(options, options.size() - 4, edge);
  }
}

/// A packet with SACK blocks behind `padding` single-byte options.
Bytes with_sack(std::size_t padding, std::uint32_t ack, std::initializer_list<std::uint32_t> edges) {
  auto spec = test::ipv4();
  spec.ack = Seq(ack);
  spec.payload = "x";
  spec.tcp_options = Bytes(padding, 1);
  append_edges(spec.tcp_options, edges);
  spec.tcp_options.resize((spec.tcp_options.size() + 3) / 4 * 4);
  return make_packet(spec);
}

TEST(MapAcks, MapsTheNumberAndEverySackEdge) {
  for (std::size_t padding = 0; padding < 4; ++padding) {  // at every alignment to the summed words
    Bytes packet = with_sack(padding, 500, {600, 700, 5, 20});
    map_acks(packet, ten_back);
    EXPECT_EQ(packet, with_sack(padding, 490, {590, 690, 0xfffffffb, 10})) << padding;
  }
}

TEST(MapAcks, ReachesFourBlocks) {
  Bytes packet = with_sack(2, 100, {200, 300, 400, 500, 600, 700, 800, 900});
  map_acks(packet, ten_back);
  EXPECT_EQ(packet, with_sack(2, 90, {190, 290, 390, 490, 590, 690, 790, 890}));
}

TEST(MapAcks, LeavesASegmentWithoutAckFlagAlone) {
  auto spec = test::ipv6();
  spec.flags = 0x02;  // SYN: the number is not in use
  Bytes packet = make_packet(spec);
  map_acks(packet, ten_back);
  EXPECT_EQ(packet, make_packet(spec));
}

TEST(MapAcks, OtherOptionsStayAsTheyAre) {
  auto spec = test::ipv4();
  spec.tcp_options = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 1, 0xf4, 0, 0, 1, 0xf4, 3, 3, 7, 1};
  Bytes packet = make_packet(spec);
  map_acks(packet, ten_back);
  spec.ack = Seq(1990);
  EXPECT_EQ(packet, make_packet(spec));
}

TEST(MapAcks, BrokenOptionsAreNotFollowed) {
  const Bytes broken[] = {{5, 0, 0, 0},                               // without a length
                          {5, 1, 0, 0},                               // shorter than itself
                          {5, 200, 0, 0},                             // longer than the header
                          {1, 1, 1, 5},                               // its length is payload
                          {0, 5, 10, 0, 0, 0, 100, 0, 0, 0, 200, 0},  // behind the end of the options
                          {5, 5, 0, 0, 1, 0, 0, 0},                   // less than an edge
                          {9, 30, 5, 10, 0, 0, 0, 100, 0, 0, 0, 200, 0, 0, 0, 0}};  // inside a broken one
  for (const auto& options : broken) {
    auto spec = test::ipv4();
    spec.tcp_options = options;
    Bytes packet = make_packet(spec);
    map_acks(packet, ten_back);
    spec.ack = Seq(1990);
    EXPECT_EQ(packet, make_packet(spec)) << testing::PrintToString(options);
  }
}

TEST(MapAcks, TakesWholeEdgesOfAnOddOne) {
  auto spec = test::ipv4();
  spec.tcp_options = {5, 7, 0, 0, 1, 0, 0xee, 1};
  Bytes packet = make_packet(spec);
  map_acks(packet, ten_back);
  spec.ack = Seq(1990);
  spec.tcp_options = {5, 7, 0, 0, 0, 0xf6, 0xee, 1};
  EXPECT_EQ(packet, make_packet(spec));
}

}  // namespace
}  // namespace pinhole::net
