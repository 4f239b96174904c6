// Packets, their checksums, and what is done to them.

#include "unit/net/packets.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "net/bytes.hpp"
#include "pinhole/net/checksum.hpp"
#include "pinhole/net/packet_edit.hpp"
#include "property/random.hpp"
#include "support/packet_laws.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using net::Seq;

net::Endpoint random_endpoint(Random& random, net::Family family) {
  const auto bytes = random.bytes(family == net::Family::v4 ? 4 : 16);
  return {net::IpAddress::from_bytes(bytes), static_cast<net::Port>(random.any())};
}

/// TCP options that are well-formed, SACK blocks and timestamps at any alignment among them.
Bytes random_options(Random& random) {
  Bytes options;
  while (options.size() < 28 && random.chance(60)) {
    if (random.chance(40)) {
      options.push_back(1);
      continue;
    }
    const bool sack = random.chance(50);
    const auto length = sack ? 2 + 8 * random.between(1, (38 - options.size()) / 8) : 10;
    options.push_back(sack ? 5 : 8);
    options.push_back(static_cast<std::uint8_t>(length));
    for (const auto byte : random.bytes(length - 2)) options.push_back(byte);
  }
  options.resize((options.size() + 3) / 4 * 4, 1);
  return options;
}

PacketSpec random_spec(Random& random) {
  PacketSpec spec;
  const auto family = random.chance(50) ? net::Family::v4 : net::Family::v6;
  spec.source = random_endpoint(random, family);
  spec.destination = random_endpoint(random, family);
  spec.ip_options = Bytes(4 * random.below(11), 1);
  const auto kinds = {hop_by_hop, routing, fragment, destination_options, authentication};
  while (random.chance(40)) spec.extensions.push_back(random.one_of(kinds)());
  spec.tcp_options = random_options(random);
  const auto payload = random.bytes(random.below(random.chance(10) ? 3000 : 80));
  spec.payload.assign(payload.begin(), payload.end());
  spec.seq = Seq(random.edgy32());
  spec.ack = Seq(random.edgy32());
  spec.flags = static_cast<std::uint8_t>(random.below(64));
  spec.window = static_cast<std::uint16_t>(random.any());
  spec.urgent = static_cast<std::uint16_t>(random.any());
  return spec;
}

TEST(ChecksumProperty, UpdatingIsComputingAnew) {
  for_random(3000, [](Random& random) {
    auto bytes = random.bytes(2 * random.between(1, 60));
    if (random.chance(20)) std::fill(bytes.begin(), bytes.end(), random.chance(50) ? 0x00 : 0xff);
    if (random.chance(50)) bytes.push_back(6);  // an odd number
    auto field = net::checksum_finish(net::checksum_sum(bytes));
    for (int edits = 0; edits < 5; ++edits) {
      const auto at = 2 * random.below(bytes.size() / 2);
      const auto length = 1 + random.below(bytes.size() - at);
      const auto target = std::span(bytes).subspan(at, length);
      const auto after = random.chance(20) ? Bytes(length, 0) : random.bytes(length);
      field = net::checksum_update(field, target, after);
      std::copy(after.begin(), after.end(), target.begin());
      const bool all_zero = std::ranges::all_of(bytes, [](auto byte) { return byte == 0; });
      if (all_zero) return;  // no packet is, and RFC 1624 cannot tell 0 from -0
      ASSERT_EQ(field, net::checksum_finish(net::checksum_sum(bytes)));
    }
  });
}

TEST(PacketProperty, ParsingARebuiltOneGivesTheSame) {
  for_random(2000, [](Random& random) {
    const auto spec = random_spec(random);
    const auto packet = make_packet(spec);
    ASSERT_TRUE(checksums_right(packet));
    const auto segment = parsed(packet);
    Bytes out;
    net::rebuild(segment, segment.seq(), segment.payload(), true, out);
    ASSERT_EQ(out, packet);

    auto other = spec;
    other.seq = Seq(random.edgy32());
    other.flags &= 0x1f;  // the urgent pointer would move too
    const auto payload = random.bytes(random.below(200));
    other.payload.assign(payload.begin(), payload.end());
    auto base = spec;
    base.flags = other.flags;
    const auto original = make_packet(base);
    net::rebuild(parsed(original), other.seq, payload, true, out);
    ASSERT_EQ(out, make_packet(other));
  });
}

TEST(PacketProperty, EditsKeepARightChecksumRight) {
  for_random(2000, [](Random& random) {
    auto spec = random_spec(random);
    auto packet = make_packet(spec);
    const auto family = spec.source.address.family();
    for (int edits = 0; edits < 4; ++edits) {
      switch (random.below(3)) {
        case 0:
          spec.source = random_endpoint(random, family);
          spec.destination = random_endpoint(random, family);
          net::readdress(packet, spec.source, spec.destination);
          break;
        case 1: {
          const auto delta = static_cast<std::int32_t>(random.edgy32());
          spec.seq = spec.seq + delta;
          net::shift_seq(packet, delta);
          break;
        }
        default: {
          const auto delta = static_cast<std::int32_t>(random.edgy32());
          net::map_acks(packet, [delta](Seq ack) { return ack + delta; });
          if ((spec.flags & 0x10) != 0) spec.ack = spec.ack + delta;
          break;
        }
      }
      ASSERT_TRUE(checksums_right(packet));
      const auto segment = parsed(packet);
      ASSERT_EQ(segment.source(), spec.source);
      ASSERT_EQ(segment.destination(), spec.destination);
      ASSERT_EQ(segment.seq(), spec.seq);
      ASSERT_EQ(segment.ack(), spec.ack);
      ASSERT_TRUE(std::ranges::equal(segment.payload(), spec.payload, [](std::uint8_t a, char b) {
        return a == static_cast<std::uint8_t>(b);
      }));
    }
  });
}

TEST(PacketProperty, EditsThatAreUndoneLeaveNoTrace) {
  for_random(1000, [](Random& random) {
    const auto spec = random_spec(random);
    const auto packet = make_packet(spec);
    auto edited = packet;
    if (random.chance(50)) edited[parsed(packet).tcp_offset() + 16] ^= 0x5a;  // a wrong checksum as well
    const auto before = edited;
    const auto delta = static_cast<std::int32_t>(random.between(1, 100'000));
    const auto family = spec.source.address.family();
    net::shift_seq(edited, delta);
    net::map_acks(edited, [delta](Seq ack) { return ack + delta; });
    net::readdress(edited, random_endpoint(random, family), random_endpoint(random, family));
    net::readdress(edited, spec.source, spec.destination);
    net::map_acks(edited, [delta](Seq ack) { return ack - std::int64_t{delta}; });
    net::shift_seq(edited, -delta);
    ASSERT_EQ(edited, before);
  });
}

/// Under a sanitizer this shows that nothing outside the packet is read.
TEST(PacketProperty, WhateverParsesCanBeReadAndEdited) {
  std::size_t parsed_ones = 0;
  for_random(10'000, [&parsed_ones](Random& random) {
    auto packet = make_packet(random_spec(random));
    for (auto mutations = random.below(6); mutations > 0; --mutations) {
      const auto headers = std::min<std::size_t>(packet.size(), 120);
      packet[random.below(headers)] = static_cast<std::uint8_t>(random.any());
    }
    packet.resize(random.chance(50) ? packet.size() : random.between(1, packet.size()));
    packet.shrink_to_fit();
    const auto result = net::TcpSegment::parse(packet);
    const auto* segment = std::get_if<net::TcpSegment>(&result);
    if (segment == nullptr) return;
    ++parsed_ones;
    check_view(packet, *segment);
    check_rebuild(*segment, Seq(random.any32()), random.bytes(random.below(200)), random.chance(50));
    check_build_ack(*segment, Seq(random.any32()), static_cast<std::uint16_t>(random.any()));
    check_readdress(packet, random_endpoint(random, segment->family()),
                    random_endpoint(random, segment->family()));
    check_shift(packet, static_cast<std::int32_t>(random.any32()));
  });
  EXPECT_GT(parsed_ones, 500u);
}

}  // namespace
}  // namespace pinhole::test
