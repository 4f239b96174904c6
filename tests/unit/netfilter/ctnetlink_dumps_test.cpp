// Requests for whole tables and what their entries say, byte by byte as Linux 6.18 took and gave them.

#include <gtest/gtest.h>

#include "at.hpp"
#include "netfilter/ctnetlink_messages.hpp"
#include "support/hex.hpp"

namespace pinhole::test {
namespace {

using alg::Side;
using std::chrono::seconds;

const net::FlowKey kControl{at("10.91.0.2", 58482), at("198.51.100.2", 21)};

constexpr std::string_view kControlTuple =
    "14000180 08000100 0a5b0002 08000200 c6336402 "
    "1c000280 05000100 06000000 06000200 e4720000 06000300 00150000";

/// A data connection through a pinhole of kControl's, masqueraded.
std::string data_connection(std::string_view state = "03") {
  return "08010000 00012200 01000000 c51a0c8b 02000000"
         " 34000180 14000180 08000100 0a5b0002 08000200 c6336402"
         " 1c000280 05000100 06000000 06000200 c7a80000 06000300 9c680000"
         " 34000280 14000180 08000100 c6336402 08000200 c6336401"
         " 1c000280 05000100 06000000 06000200 9c680000 06000300 c7a80000"
         " 08000300 0000019f 08000800 00000000 08000c00 ca566827 08000b00 00000001"
         " 34000e80 " +
         std::string(kControlTuple) + " 08000700 0006977f 30000480 2c000180 05000100 " + std::string(state) +
         "000000 05000200 0a000000 05000300 0a000000 06000400 23000000 06000500 23000000";
}

TEST(CtnetlinkDumps, AskForConnectionsToAPort) {
  EXPECT_EQ(to_hex(netfilter::conntrack_dump(kControl).bytes()),
            "54000000 01010103 00000000 00000000 02000000 34000180 " + std::string(kControlTuple) +
                // protocol and destination port
                " 0c001980 08000100 28000000");
}

TEST(CtnetlinkDumps, AskForAFamily) {
  EXPECT_EQ(to_hex(netfilter::conntrack_dump(net::Family::v4).bytes()),
            "14000000 01010103 00000000 00000000 02000000");
  EXPECT_EQ(to_hex(netfilter::conntrack_dump(net::Family::v6).bytes()),
            "14000000 01010103 00000000 00000000 0a000000");
}

TEST(CtnetlinkDumps, AskForExpectationsOfBothFamilies) {
  EXPECT_EQ(to_hex(netfilter::expectation_dump().bytes()), "14000000 01020103 00000000 00000000 00000000");
}

TEST(CtnetlinkDumps, ProlongAConnectionWithoutEverCreating) {
  EXPECT_EQ(to_hex(netfilter::conntrack_timeout(kControl, seconds(300)).bytes()),
            "50000000 00010500 00000000 00000000 02000000 34000180 " + std::string(kControlTuple) +
                " 08000700 0000012c");
}

TEST(CtnetlinkDumps, ADataConnectionNamesItsMaster) {
  const auto found = netfilter::parse_connection(from_hex(data_connection()));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->orig, (net::FlowKey{at("10.91.0.2", 51112), at("198.51.100.2", 40040)}));
  EXPECT_EQ(found->master, kControl);
  EXPECT_EQ(found->timeout, seconds(431999));
  EXPECT_FALSE(found->ended);
}

TEST(CtnetlinkDumps, AConnectionHasEndedInTimeWaitAndClose) {
  for (const auto* state : {"01", "02", "03", "04", "05", "06", "09"})
    EXPECT_FALSE(netfilter::parse_connection(from_hex(data_connection(state)))->ended) << state;
  for (const auto* state : {"07", "08"})
    EXPECT_TRUE(netfilter::parse_connection(from_hex(data_connection(state)))->ended) << state;
}

/// As one in a flowtable is dumped: without timeout and protocol's state.
TEST(CtnetlinkDumps, AConnectionThatDoesNotTellHasNotEnded) {
  auto bytes = from_hex(data_connection());
  bytes.resize(bytes.size() - 0x30 - 8);
  bytes[0] = static_cast<std::uint8_t>(bytes.size());
  bytes[1] = 0;
  const auto found = netfilter::parse_connection(bytes);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->master, kControl);
  EXPECT_FALSE(found->ended);
  EXPECT_FALSE(found->timeout);
}

TEST(CtnetlinkDumps, AnyByteMayBeWrong) {
  const auto right = from_hex(data_connection());
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      auto bytes = right;
      bytes[i] = static_cast<std::uint8_t>(value);
      static_cast<void>(netfilter::parse_connection(bytes));  // sanitizers look on
    }
  }
}

TEST(CtnetlinkDumps, AHelpersNameNeedNotEnd) {
  const auto with_helper = [](std::string_view size, std::string_view attribute) {
    return from_hex(std::string(size) +
                    "000000 00020200 02000000 00000000 02000000"
                    " 34000280 14000180 08000100 c6336402 08000200 c6336401"
                    " 1c000280 05000100 06000000 06000200 00000000 06000300 afc90000"
                    " 34000180 " +
                    std::string(kControlTuple) + " 08000500 d09219ef " + std::string(attribute));
  };
  EXPECT_EQ(netfilter::parse_expectation(with_helper("90", "09000600 73616e65 00000000"))->helper, "sane");
  EXPECT_EQ(netfilter::parse_expectation(with_helper("8c", "08000600 73616e65"))->helper, "sane");
  EXPECT_EQ(netfilter::parse_expectation(with_helper("88", "04000600"))->helper, "");
  EXPECT_EQ(netfilter::parse_expectation(with_helper("84", ""))->helper, "");
}

alg::NatView masqueraded_control() {
  alg::NatView flow;
  flow.client = kControl.source;
  flow.dialed = flow.server = kControl.destination;
  flow.seen = at("198.51.100.1", 58482);
  return flow;
}

/// Following the master's NAT would lead to the control connection's own end.
TEST(CtnetlinkThirdHost, IsReachedByThePlainExpectation) {
  const auto flow = masqueraded_control();
  const alg::Pinhole pinhole{Side::server, flow.server.address, at("198.51.100.1", 45001),
                             at("10.91.0.3", 40001)};
  const auto expectation = netfilter::expectation_for(flow, pinhole);
  EXPECT_EQ(expectation.forward_to, std::nullopt);
  EXPECT_EQ(expectation.tuple, (net::FlowKey{at("198.51.100.2", 0), at("198.51.100.1", 45001)}));
  EXPECT_TRUE(to_hex(netfilter::expectation_new(expectation).bytes())
                  .ends_with(" 08000800 00000000 08000900 00000000"));  // flags and class; no function
}

TEST(CtnetlinkThirdHost, IsNeitherOfTheTwoEnds) {
  const auto flow = masqueraded_control();
  const alg::Pinhole active{
      Side::server, flow.server.address, {flow.seen.address, 1}, {flow.client.address, 2}};
  EXPECT_EQ(netfilter::expectation_for(flow, active).forward_to, active.forward_to);
  const alg::Pinhole passive{
      Side::client, flow.client.address, {flow.dialed.address, 3}, {flow.server.address, 3}};
  EXPECT_EQ(netfilter::expectation_for(flow, passive).forward_to, passive.forward_to);
}

}  // namespace
}  // namespace pinhole::test
