// Requests byte by byte, as a kernel took them (Linux 6.18), and its answers to them. Little-endian machines
// only: netlink's own header is in the machine's order.

#include "netfilter/ctnetlink_messages.hpp"

#include <gtest/gtest.h>

#include "at.hpp"
#include "support/hex.hpp"

namespace pinhole::test {
namespace {

using alg::Side;

alg::NatView masqueraded() {
  alg::NatView flow;
  flow.client = at("10.91.0.2", 40552);
  flow.dialed = flow.server = at("198.51.100.2", 21);
  flow.seen = at("198.51.100.1", 40552);
  return flow;
}

alg::Pinhole active_pinhole(const alg::NatView& flow) {
  return {Side::server, flow.server.address, {flow.seen.address, 45001}, {flow.client.address, 40001}};
}

constexpr std::string_view kClientTuple =
    "14000180 08000100 0a5b0002 08000200 c6336402 "
    "1c000280 05000100 06000000 06000200 9e680000 06000300 00150000";

TEST(CtnetlinkMessages, AskForAConnectionByTheTupleOfAPacket) {
  const auto flow = masqueraded();
  EXPECT_EQ(to_hex(netfilter::conntrack_get(flow.key(Side::client)).bytes()),
            "48000000 01010100 00000000 00000000 02000000 34000180 " + std::string(kClientTuple));
}

TEST(CtnetlinkMessages, CreateAnActivePinholeThatIsTranslated) {
  const auto flow = masqueraded();
  const auto expectation = netfilter::expectation_for(flow, active_pinhole(flow));
  EXPECT_EQ(to_hex(netfilter::expectation_new(expectation).bytes()),
            "18010000 00020506 00000000 00000000 02000000 34000180 " + std::string(kClientTuple) +
                // tuple: 198.51.100.2:0 -> 198.51.100.1:45001
                " 34000280 14000180 08000100 c6336402 08000200 c6336401"
                " 1c000280 05000100 06000000 06000200 00000000 06000300 afc90000"
                // mask: everything but the source port
                " 34000380 14000180 08000100 ffffffff 08000200 ffffffff"
                " 1c000280 05000100 06000000 06000200 00000000 06000300 ffff0000"
                // flags, class, "nat-follow-master"
                " 08000800 00000000 08000900 00000000"
                " 16000b00 6e61742d 666f6c6c 6f772d6d 61737465 72000000"
                // direction: reply; 10.91.0.2:40001
                " 40000a80 08000100 00000001"
                " 34000280 14000180 08000100 0a5b0002 08000200 0a5b0002"
                " 1c000280 05000100 06000000 06000200 9c410000 06000300 00000000");
}

TEST(CtnetlinkMessages, APassivePinholeHasTheOriginalDirection) {
  auto flow = masqueraded();
  flow.dialed = at("192.0.2.1", 2121);
  const alg::Pinhole pinhole{
      Side::client, flow.client.address, {flow.dialed.address, 50000}, {flow.server.address, 6000}};
  const auto expectation = netfilter::expectation_for(flow, pinhole);
  EXPECT_EQ(expectation.tuple.source, at("10.91.0.2", 0));
  EXPECT_EQ(expectation.tuple.destination, at("192.0.2.1", 50000));
  EXPECT_EQ(expectation.forward_to, at("198.51.100.2", 6000));
  EXPECT_NE(to_hex(netfilter::expectation_new(expectation).bytes()).find("40000a80 08000100 00000000"),
            std::string::npos);
}

TEST(CtnetlinkMessages, SetsATimeoutWithoutEverCreating) {
  const auto flow = masqueraded();
  const auto message = netfilter::expectation_timeout(netfilter::expectation_for(flow, active_pinhole(flow)),
                                                      std::chrono::seconds(30));
  const auto text = to_hex(message.bytes());
  EXPECT_TRUE(text.starts_with("b8000000 00020500 "));  // REQUEST and ACK; neither CREATE nor EXCL
  EXPECT_TRUE(text.ends_with(" 08000400 0000001e"));
}

TEST(CtnetlinkMessages, ShiftsOneDirection) {
  const auto flow = masqueraded();
  const stream::SeqShift shift{net::Seq(0xfffffff0), -2, 5};
  const std::string values = " 08000100 fffffff0 08000200 fffffffe 08000300 00000005";
  const auto client = to_hex(netfilter::conntrack_shift(flow.key(Side::client), Side::client, shift).bytes());
  EXPECT_TRUE(client.starts_with("64000000 00010500 "));
  EXPECT_TRUE(client.ends_with(" 1c000f80" + values));
  const auto server = to_hex(netfilter::conntrack_shift(flow.key(Side::client), Side::server, shift).bytes());
  EXPECT_TRUE(server.ends_with(" 1c001080" + values));
}

TEST(CtnetlinkMessages, DeletesByTupleOrOnlyTheOneMeant) {
  const auto tuple = masqueraded().key(Side::client);
  EXPECT_EQ(to_hex(netfilter::expectation_delete(tuple, {}).bytes()),
            "48000000 02020500 00000000 00000000 02000000 34000280 " + std::string(kClientTuple));
  EXPECT_TRUE(
      to_hex(netfilter::expectation_delete(tuple, 0xd09219efu).bytes()).ends_with(" 08000500 d09219ef"));
}

TEST(CtnetlinkMessages, TheLargestFitsWithRoom) {
  alg::NatView flow;
  flow.client = at("fd91::2", 40552);
  flow.dialed = flow.server = at("2001:db8:91::2", 21);
  flow.seen = at("2001:db8:91::1", 40552);
  const auto message = netfilter::expectation_new(netfilter::expectation_for(flow, active_pinhole(flow)));
  EXPECT_EQ(message.size, 376u);
  EXPECT_LE(message.size, netfilter::Message::kCapacity);
}

const auto kConntrack = from_hex(
    "1c010000 00010200 01000000 4804afed 02000000 34000180 14000180 08000100"
    "0a5b0002 08000200 c6336402 1c000280 05000100 06000000 06000200 9e680000"
    "06000300 00150000 34000280 14000180 08000100 c6336402 08000200 c6336401"
    "1c000280 05000100 06000000 06000200 00150000 06000300 9e680000 08000300"
    "000021de 08000800 00000000 08000c00 3a3796ca 08000b00 00000002 08000700"
    "00069780 30000480 2c000180 05000100 03000000 05000200 0a000000 05000300"
    "0a000000 06000400 23000000 06000500 23000000 10000580 09000100 73616e65"
    "00000000 1c000f80 08000100 01020304 08000200 00000000 08000300 00000003"
    "1c001080 08000100 fffffff0 08000200 fffffffe 08000300 00000005");

TEST(CtnetlinkAnswers, AConnectionWithItsShifts) {
  const auto flow = netfilter::parse_conntrack(kConntrack);
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->nat.id, 0x3a3796cau);
  EXPECT_EQ(flow->nat.client, at("10.91.0.2", 40552));
  EXPECT_EQ(flow->nat.dialed, at("198.51.100.2", 21));
  EXPECT_EQ(flow->nat.server, at("198.51.100.2", 21));
  EXPECT_EQ(flow->nat.seen, at("198.51.100.1", 40552));
  EXPECT_EQ(flow->shift.client, (stream::SeqShift{net::Seq(0x01020304), 0, 3}));
  EXPECT_EQ(flow->shift.server, (stream::SeqShift{net::Seq(0xfffffff0), -2, 5}));
}

TEST(CtnetlinkAnswers, TheHelperIsOursAnotherOrNone) {
  EXPECT_EQ(netfilter::parse_conntrack(kConntrack)->helper, alg::Helper::ours);
  const auto with_name = [](std::vector<std::uint8_t> message, std::string_view name) {
    const std::string_view sane("sane\0", 5);
    const auto at = std::search(message.begin(), message.end(), sane.begin(), sane.end());
    std::copy(name.begin(), name.end(), at);
    return netfilter::parse_conntrack(message)->helper;
  };
  EXPECT_EQ(with_name(kConntrack, "ftp"), alg::Helper::another);
  EXPECT_EQ(with_name(kConntrack, "sanf"), alg::Helper::another);
  auto without = kConntrack;
  const std::array<std::uint8_t, 4> help{0x10, 0, CTA_HELP, 0x80};
  *(std::search(without.begin(), without.end(), help.begin(), help.end()) + 2) = CTA_UNSPEC;
  EXPECT_EQ(netfilter::parse_conntrack(without)->helper, alg::Helper::none);
}

TEST(CtnetlinkAnswers, AnIpv6Connection) {
  const auto flow = netfilter::parse_conntrack(
      from_hex("4c010000 00010200 01000000 99ab0ad1 0a000000 4c000180 2c000180 14000300"
               "fd910000 00000000 00000000 00000002 14000400 20010db8 00910000 00000000"
               "00000002 1c000280 05000100 06000000 06000200 882e0000 06000300 00150000"
               "4c000280 2c000180 14000300 20010db8 00910000 00000000 00000002 14000400"
               "20010db8 00910000 00000000 00000001 1c000280 05000100 06000000 06000200"
               "00150000 06000300 882e0000 08000300 000021de 08000800 00000000 08000c00"
               "285ea9d7 08000b00 00000002 08000700 00069780 30000480 2c000180 05000100"
               "03000000 05000200 0a000000 05000300 0a000000 06000400 23000000 06000500"
               "23000000 10000580 09000100 73616e65 00000000 1c000f80 08000100 01020304"
               "08000200 00000000 08000300 00000003 1c001080 08000100 fffffff0 08000200"
               "fffffffe 08000300 00000005"));
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->nat.client, at("fd91::2", 34862));
  EXPECT_EQ(flow->nat.seen, at("2001:db8:91::1", 34862));
}

TEST(CtnetlinkAnswers, AnExpectation) {
  const auto found = netfilter::parse_expectation(
      from_hex("34010000 00020200 02000000 4804afed 02000000 34000280 14000180 08000100"
               "c6336402 08000200 c6336401 1c000280 05000100 06000000 06000200 00000000"
               "06000300 afc90000 34000380 14000180 08000100 ffffffff 08000200 ffffffff"
               "1c000280 05000100 06000000 06000200 00000000 06000300 ffff0000 34000180"
               "14000180 08000100 0a5b0002 08000200 c6336402 1c000280 05000100 06000000"
               "06000200 9e680000 06000300 00150000 40000a80 08000100 00000001 34000280"
               "14000180 08000100 0a5b0002 08000200 00000000 1c000280 05000100 06000000"
               "06000200 9c410000 06000300 00000000 08000400 0000001e 08000500 d09219ef"
               "08000800 00000000 08000900 00000000 09000600 73616e65 00000000 16000b00"
               "6e61742d 666f6c6c 6f772d6d 61737465 72000000"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->master, masqueraded().key(Side::client));
  EXPECT_EQ(found->id, 0xd09219efu);
  EXPECT_EQ(found->timeout, std::chrono::seconds(30));
}

TEST(CtnetlinkAnswers, WhatIsCutOffIsNoConnection) {
  for (std::size_t size = 0; size < kConntrack.size(); ++size) {
    std::vector<std::uint8_t> cut(kConntrack.begin(), kConntrack.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(netfilter::parse_conntrack(cut)) << size;  // longer than it is
    if (size < 16) continue;
    cut[0] = static_cast<std::uint8_t>(size);  // or with a header that knows
    cut[1] = static_cast<std::uint8_t>(size >> 8);
    if (size > 120) continue;  // both tuples are there, but for padding
    EXPECT_FALSE(netfilter::parse_conntrack(cut)) << size;
  }
}

TEST(CtnetlinkAnswers, AnyByteMayBeWrong) {
  for (std::size_t i = 0; i < kConntrack.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      auto bytes = kConntrack;
      bytes[i] = static_cast<std::uint8_t>(value);
      static_cast<void>(netfilter::parse_conntrack(bytes));  // sanitizers look on
    }
  }
}

}  // namespace
}  // namespace pinhole::test
