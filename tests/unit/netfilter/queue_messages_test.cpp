// A queued packet as a kernel sent it (Linux 6.18), and verdicts byte by byte.

#include "netfilter/queue_messages.hpp"

#include <gtest/gtest.h>

#include "support/hex.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

const auto kQueued = from_hex(
    "80000000 00030000 00000000 00000000 02000003 0b000100 00000001 08000000"
    "08000500 00000002 10000900 00060000 8ae8f975 a5ed0000 08000e00 00000001"
    "40000a00 4500003c 2d4f4000 4006d8da 0a5b0002 c6336402 9e680015 40915d1e"
    "19ace7d0 8018003f 34c10000 0101080a c71bfcc0 a94aa21f 55534552 20780d0a");

TEST(QueueMessages, APacketAsAValue) {
  const auto message = netfilter::parse_queue_message(kQueued);
  ASSERT_TRUE(message && message->packet);
  const auto& packet = *message->packet;
  EXPECT_EQ(packet.id, netfilter::packet_id(3, 1));
  EXPECT_EQ(packet.hook, 0);  // NF_INET_PRE_ROUTING
  EXPECT_EQ(packet.in_device, 2u);
  EXPECT_EQ(packet.sender, (netfilter::LinkAddress{{0x8a, 0xe8, 0xf9, 0x75, 0xa5, 0xed}, 6}));
  EXPECT_EQ(packet.bytes.size(), 60u);
  EXPECT_EQ(packet.bytes.front(), 0x45);
  EXPECT_TRUE(packet.partial_checksum);
  EXPECT_FALSE(packet.gso);
  EXPECT_FALSE(packet.truncated);
}

TEST(QueueMessages, APacketFromNoDeviceHasNoSender) {
  const auto message = netfilter::parse_queue_message(
      from_hex("30000000 00030000 00000000 00000000 02000003 0b000100 00000007 08000300 08000a00 45000014"));
  EXPECT_FALSE(message);  // the header promises more than there is
  const auto whole = netfilter::parse_queue_message(
      from_hex("28000000 00030000 00000000 00000000 02000003 0b000100 00000007 08000300 08000a00 45000014"));
  ASSERT_TRUE(whole && whole->packet);
  EXPECT_EQ(whole->packet->id, netfilter::packet_id(3, 7));
  EXPECT_EQ(whole->packet->hook, 3);  // NF_INET_LOCAL_OUT
  EXPECT_EQ(whole->packet->in_device, 0u);
  EXPECT_EQ(whole->packet->sender.length, 0);
}

TEST(QueueMessages, APacketIsKnownByItsQueueToo) {
  const auto message = netfilter::parse_queue_message(
      from_hex("28000000 00030000 00000000 00000000 0200f103 0b000100 00000007 08000300 08000a00 45000014"));
  ASSERT_TRUE(message && message->packet);
  EXPECT_EQ(message->packet->id, netfilter::packet_id(0xf103, 7));
  EXPECT_EQ(netfilter::queue_of(message->packet->id), 0xf103);
}

TEST(QueueMessages, ATruncatedPacketSaysSo) {
  const auto message = netfilter::parse_queue_message(
      from_hex("30000000 00030000 00000000 00000000 02000003 0b000100 00000007 08000000 "
               "08000d00 00011170 08000a00 45000014"));
  ASSERT_TRUE(message && message->packet);
  EXPECT_TRUE(message->packet->truncated);
}

TEST(QueueMessages, OnlyWhatIsWholeAndRightIsJudged) {
  for (const auto* host : {"192.0.2.1", "2001:db8::1"}) {
    auto bytes = make_segment({.from = endpoint(host, 1025),
                               .to = endpoint(host, 21),
                               .seq = net::Seq(1),
                               .ack = net::Seq(1),
                               .payload = "CWD incoming\r\n"});
    netfilter::QueuedPacket packet;
    packet.unverified = true;
    packet.bytes = bytes;
    EXPECT_EQ(netfilter::damage_of(packet), std::nullopt);
    bytes[bytes.size() - 4] ^= 1;
    EXPECT_EQ(netfilter::damage_of(packet), alg::Reason::wrong_checksum);
    auto partial = packet;
    partial.partial_checksum = true;
    EXPECT_EQ(netfilter::damage_of(partial), std::nullopt) << "the device will make it";
    packet.unverified = false;
    EXPECT_EQ(netfilter::damage_of(packet), std::nullopt) << "conntrack has looked";
    packet.truncated = true;
    EXPECT_EQ(netfilter::damage_of(packet), alg::Reason::truncated_packet);
  }
}

TEST(QueueMessages, AnErrorOfAnEarlierVerdict) {
  const auto message =
      netfilter::parse_queue_message(from_hex("24000000 02000000 00000000 00000000 feffffff "
                                              "20000000 01030100 00000000 00000000"));
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->packet);
  EXPECT_EQ(message->error, ENOENT);
}

TEST(QueueMessages, TheLastAttributeNeedsNoPadding) {
  const auto message = netfilter::parse_queue_message(
      from_hex("25000000 00030000 00000000 00000000 02000003 0b000100 00000007 00000000 05000a00 45"));
  ASSERT_TRUE(message && message->packet);
  EXPECT_EQ(message->packet->bytes.size(), 1u);
}

TEST(QueueMessages, AnAttributeEndsWhereItsMessageDoes) {
  EXPECT_FALSE(netfilter::parse_queue_message(
      from_hex("25000000 00030000 00000000 00000000 02000003 0b000100 00000007 00000000 08000a00 45")));
}

TEST(QueueMessages, WhatIsCutOffIsNothing) {
  for (std::size_t size = 0; size < kQueued.size(); ++size) {
    EXPECT_FALSE(netfilter::parse_queue_message(std::span(kQueued).first(size))) << size;
  }
}

TEST(QueueMessages, AnyByteMayBeWrong) {
  for (std::size_t i = 0; i < kQueued.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      auto bytes = kQueued;
      bytes[i] = static_cast<std::uint8_t>(value);
      const auto message = netfilter::parse_queue_message(bytes);
      if (message && message->packet) {
        EXPECT_LE(message->packet->bytes.size(), kQueued.size());
        EXPECT_LE(message->packet->sender.length, 8);
      }
    }
  }
}

TEST(VerdictBatch, OneVerdictForEachPacket) {
  netfilter::VerdictBatch verdicts;
  EXPECT_TRUE(verdicts.empty());
  verdicts.accept(netfilter::packet_id(3, 1));
  verdicts.drop(netfilter::packet_id(3, 2));
  const std::string accept = "20000000 01030100 00000000 00000000 00000003 0c000200 00000001 00000001";
  const std::string drop = " 20000000 01030100 00000000 00000000 00000003 0c000200 00000000 00000002";
  EXPECT_EQ(to_hex(verdicts.bytes()), accept + drop);
  verdicts.clear();
  EXPECT_TRUE(verdicts.empty());
}

TEST(VerdictBatch, AReplacementAndNothingAboutConntrack) {
  netfilter::VerdictBatch verdicts;
  verdicts.accept(9, from_hex("4500001501"));
  EXPECT_EQ(to_hex(verdicts.bytes()),
            "2c000000 01030100 00000000 00000000 00000000 0c000200 00000001 00000009 "
            "09000a00 45000015 01000000");
}

TEST(VerdictBatch, TakesTheLargestPacketBehindOthers) {
  netfilter::VerdictBatch verdicts;
  const std::vector<std::uint8_t> large(0xffff - 4);
  alg::PacketId id = 0;
  while (!verdicts.full()) verdicts.accept(++id);
  EXPECT_THROW(verdicts.accept(++id), std::length_error);
  verdicts.clear();
  verdicts.accept(1, std::vector<std::uint8_t>(16 * 1024 - 100));
  ASSERT_FALSE(verdicts.full());
  verdicts.accept(2, large);
  EXPECT_TRUE(verdicts.full());
  EXPECT_THROW(verdicts.accept(3, std::vector<std::uint8_t>(0x10000)), std::length_error);
}

}  // namespace
}  // namespace pinhole::test
