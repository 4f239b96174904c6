// One walk over a header's options: what stands before, between and behind the one that is looked for, and
// lengths that lie.

#include "net/tcp_options.hpp"

#include <gtest/gtest.h>

#include <tuple>

#include "net/bytes.hpp"
#include "pinhole/net/packet_edit.hpp"
#include "support/segments.hpp"
#include "unit/net/packets.hpp"

namespace pinhole::net {
namespace {

using test::Bytes;
using test::checksums_right;
using test::make_packet;
using test::parsed;

using Visited = std::tuple<int, std::size_t, std::size_t>;

std::vector<Visited> visited(const Bytes& options) {
  std::vector<Visited> seen;
  for_each_option(options, [&](std::uint8_t kind, std::size_t at, std::size_t length) {
    seen.emplace_back(kind, at, length);
  });
  return seen;
}

Bytes timestamps_of(std::uint32_t value, std::uint32_t echo) {
  Bytes option(10);
  option[0] = 8;
  option[1] = 10;
  store32(option, 2, value);
  store32(option, 6, echo);
  return option;
}

/// A packet with these options, padded by no-operations.
Bytes with_options(Bytes options, bool v6 = false) {
  auto spec = v6 ? test::ipv6() : test::ipv4();
  while (options.size() % 4 != 0) options.push_back(1);
  spec.tcp_options = std::move(options);
  return make_packet(spec);
}

Bytes side_by_side(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// What a SYN and later packets have beside timestamps, and kinds that nobody here knows.
const Bytes kOtherOptions[] = {{},
                               {1},
                               {1, 1, 1},
                               {2, 4, 5, 0xb4},
                               {4, 2, 3, 3, 7},
                               {5, 10, 0, 0, 0, 1, 0, 0, 0, 2},
                               {253, 2},
                               {254, 7, 8, 10, 0, 0, 0}};  // what reads like timestamps is another's value

TEST(TcpOptions, AreVisitedOneAfterTheOther) {
  EXPECT_EQ(visited({}), std::vector<Visited>{});
  EXPECT_EQ(visited({1, 1, 1, 1}), std::vector<Visited>{});
  EXPECT_EQ(visited({2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2}),
            (std::vector<Visited>{{2, 2, 2}, {3, 7, 1}, {4, 10, 0}}));
  EXPECT_EQ(visited({4, 2, 0, 3, 3, 7}), (std::vector<Visited>{{4, 2, 0}})) << "nothing behind the end";
}

TEST(TcpOptions, OneThatDoesNotFitIsTheLast) {
  const Visited first{4, 2, 0};
  EXPECT_EQ(visited({4, 2, 9}), std::vector{first}) << "its length is not there";
  EXPECT_EQ(visited({4, 2, 9, 0, 3, 3, 7}), std::vector{first}) << "no length is less than 2";
  EXPECT_EQ(visited({4, 2, 9, 1, 3, 3, 7}), std::vector{first});
  EXPECT_EQ(visited({4, 2, 9, 4, 0}), std::vector{first}) << "a byte too long";
  EXPECT_EQ(visited({4, 2, 9, 255, 0}), std::vector{first});
  EXPECT_EQ(visited({4, 2, 9, 3, 0}), (std::vector{first, Visited{9, 4, 1}})) << "exactly to the end";
}

TEST(TcpOptions, TimestampsAreFoundBehindAndBeforeOthers) {
  for (const auto& before : kOtherOptions) {
    for (const auto& behind : kOtherOptions) {
      const auto packet = with_options(side_by_side({before, timestamps_of(7, 9), behind}));
      EXPECT_EQ(parsed(packet).timestamps(), (TcpTimestamps{7, 9})) << testing::PrintToString(before);
    }
  }
}

TEST(TcpOptions, TimestampsOfAnotherLengthAreNone) {
  EXPECT_FALSE(parsed(with_options({8, 9, 0, 0, 0, 1, 0, 0, 0})).timestamps());
  EXPECT_FALSE(parsed(with_options({8, 11, 0, 0, 0, 1, 0, 0, 0, 2, 0})).timestamps());
  EXPECT_FALSE(parsed(with_options({1, 1, 8, 10, 0, 0, 0, 1})).timestamps())
      << "truncated by the header's end";
  EXPECT_FALSE(parsed(with_options({0, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2})).timestamps()) << "behind the end";
}

TEST(TcpOptions, TheFirstOfTwoTimestampsCounts) {
  const auto packet = with_options(side_by_side({timestamps_of(1, 2), timestamps_of(3, 4)}));
  EXPECT_EQ(parsed(packet).timestamps(), (TcpTimestamps{1, 2}));
}

TEST(Restamp, ReachesTheTimestampsWhateverStandsBeforeThem) {
  for (const bool v6 : {false, true}) {
    for (const auto& before : kOtherOptions) {
      for (const auto& behind : kOtherOptions) {
        auto packet = with_options(side_by_side({before, timestamps_of(7, 9), behind}), v6);
        EXPECT_TRUE(restamp(packet, {0x01020304, 0xfffffffe}));
        EXPECT_EQ(packet,
                  with_options(side_by_side({before, timestamps_of(0x01020304, 0xfffffffe), behind}), v6))
            << testing::PrintToString(before);
        EXPECT_TRUE(checksums_right(packet));
      }
    }
  }
}

TEST(Restamp, ChangesWhatDiffersInOneOfTheTwoOnly) {
  for (const TcpTimestamps& stamps : {TcpTimestamps{7, 8}, TcpTimestamps{8, 9}}) {
    auto packet = with_options(timestamps_of(7, 9));
    EXPECT_TRUE(restamp(packet, stamps));
    EXPECT_EQ(packet, with_options(timestamps_of(stamps.value, stamps.echo)));
  }
}

TEST(Restamp, LeavesAPacketWithoutThemAndOneThatHasThese) {
  auto same = with_options(timestamps_of(7, 9));
  EXPECT_FALSE(restamp(same, {7, 9}));
  EXPECT_EQ(same, with_options(timestamps_of(7, 9)));
  for (const Bytes& options : {Bytes{}, Bytes{2, 4, 5, 0xb4}, Bytes{8, 9, 0, 0, 0, 1, 0, 0, 0},
                               Bytes{253, 0, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2}, Bytes{1, 1, 1, 8}}) {
    auto packet = with_options(options);
    EXPECT_FALSE(restamp(packet, {1, 2})) << testing::PrintToString(options);
    EXPECT_EQ(packet, with_options(options));
  }
}

TEST(Restamp, LeavesAnOptionThatOnlyLooksLikeThem) {
  const Bytes odd{8, 4, 1, 1};
  auto packet = with_options(side_by_side({odd, timestamps_of(7, 9)}));
  EXPECT_TRUE(restamp(packet, {1, 2}));
  EXPECT_EQ(packet, with_options(side_by_side({odd, timestamps_of(1, 2)})));
}

TEST(MapAcks, ReachesEdgesBehindOtherOptions) {
  for (const auto& before : kOtherOptions) {
    if (!before.empty() && before[0] == 5) continue;  // edges of its own
    auto spec = test::ipv4();
    const auto options = [&](std::uint8_t left, std::uint8_t right) {
      auto all = side_by_side({before, {5, 10, 0, 0, 1, left, 0, 0, 1, right}});
      while (all.size() % 4 != 0) all.push_back(1);
      return all;
    };
    spec.tcp_options = options(100, 200);
    auto packet = make_packet(spec);
    map_acks(packet, [](Seq ack) { return ack - std::int64_t{10}; });
    spec.tcp_options = options(90, 190);
    spec.ack = Seq(1990);
    EXPECT_EQ(packet, make_packet(spec)) << testing::PrintToString(before);
  }
}

}  // namespace
}  // namespace pinhole::net
