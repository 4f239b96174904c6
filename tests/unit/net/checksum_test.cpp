#include "pinhole/net/checksum.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "net/bytes.hpp"

namespace pinhole::net {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Checksum, IsThatOfRfc1071Section3) {
  const Bytes bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(checksum_finish(checksum_sum(bytes)), static_cast<std::uint16_t>(~0xddf2));
}

TEST(Checksum, PadsAnOddByteWithZero) {
  for (const Bytes& odd : {Bytes{0xab}, Bytes{1, 2, 3}, Bytes{1, 2, 3, 4, 5}, Bytes{9, 8, 7, 6, 5, 4, 3}}) {
    Bytes even = odd;
    even.push_back(0);
    EXPECT_EQ(checksum_finish(checksum_sum(odd)), checksum_finish(checksum_sum(even))) << odd.size();
  }
}

TEST(Checksum, OfNothingIsAllOnes) {
  EXPECT_EQ(checksum_finish(checksum_sum({})), 0xffff);
  EXPECT_EQ(checksum_finish(checksum_sum(Bytes(40, 0))), 0xffff);
  EXPECT_EQ(checksum_finish(checksum_sum(Bytes(40, 0xff))), 0);
}

TEST(Checksum, GoesOnFromAnEarlierSum) {
  const Bytes bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const auto head = checksum_sum(std::span(bytes).first(6));
  EXPECT_EQ(checksum_finish(checksum_sum(std::span(bytes).subspan(6), head)),
            checksum_finish(checksum_sum(bytes)));
}

TEST(Checksum, CarriesOfALargePacketAreNotLost) {
  EXPECT_EQ(checksum_finish(checksum_sum(Bytes(200'000, 0xff))), 0);
  EXPECT_EQ(checksum_finish(checksum_sum(Bytes(0x20000, 0x01))), checksum_finish(0x0101ull * 0x10000));
}

// A SYN from 192.168.0.1:1025 to 192.168.0.2:21, summed by hand:
// c0a8+0001+c0a8+0002+0006+0014 + 0401+0015+0000+0001+0000+0000+5002+2000 = 1f586 -> f587 -> 0a78
TEST(TcpChecksum, CoversThePseudoHeader) {
  const Bytes syn{0x04, 0x01, 0x00, 0x15, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x02, 0x20, 0, 0, 0, 0, 0};
  EXPECT_EQ(tcp_checksum(*IpAddress::parse("192.168.0.1"), *IpAddress::parse("192.168.0.2"), syn), 0x0a78);
}

TEST(TcpChecksum, OfARightSegmentIsZero) {
  for (const auto& [from, to] : {std::pair{"192.0.2.1", "198.51.100.2"}, {"2001:db8::1", "2001:db8::2"}}) {
    Bytes segment(25, 0x5a);
    store16(segment, 16, 0);
    store16(segment, 16, tcp_checksum(*IpAddress::parse(from), *IpAddress::parse(to), segment));
    EXPECT_EQ(tcp_checksum(*IpAddress::parse(from), *IpAddress::parse(to), segment), 0) << from;
    segment[24] ^= 1;
    EXPECT_NE(tcp_checksum(*IpAddress::parse(from), *IpAddress::parse(to), segment), 0) << from;
  }
}

// RFC 1624 section 4: the case that equation 2 of RFC 1141 gets wrong.
TEST(ChecksumUpdate, GivesTheExampleOfRfc1624) {
  const Bytes before{0x55, 0x55};
  const Bytes after{0x32, 0x85};
  EXPECT_EQ(checksum_update(0xdd2f, before, after), 0x0000);
}

TEST(ChecksumUpdate, LeavesAFieldAloneIfNothingChanges) {
  const Bytes same{1, 2, 3, 4};
  for (const auto field : std::array<std::uint16_t, 4>{0x0000, 0x0001, 0x1234, 0xfffe}) {
    EXPECT_EQ(checksum_update(field, same, same), field);
  }
}

TEST(ChecksumUpdate, KeepsAWrongFieldWrongByTheSameAmount) {
  Bytes bytes{10, 20, 30, 40, 50, 60};
  const auto right = checksum_finish(checksum_sum(bytes));
  const auto wrong = static_cast<std::uint16_t>(right - 7);
  const Bytes before(bytes.begin() + 2, bytes.begin() + 4);
  const Bytes after{99, 77};
  std::copy(after.begin(), after.end(), bytes.begin() + 2);
  const auto now_right = checksum_finish(checksum_sum(bytes));
  EXPECT_EQ(checksum_update(right, before, after), now_right);
  EXPECT_EQ(checksum_update(wrong, before, after), now_right - 7);
}

}  // namespace
}  // namespace pinhole::net
