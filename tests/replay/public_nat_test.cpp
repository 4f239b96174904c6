// Every public capture as the far side of a NAT sees it: the dissector finds nothing wrong that the capture
// did not have already.
//
// A dissector's start takes longer than its work. So every capture gets a public address of its own, all
// outputs go into one file, and a capture is looked at by itself only if there is something to compare.

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "dissector.hpp"
#include "pcap/writer.hpp"
#include "played.hpp"
#include "public_captures.hpp"

namespace pinhole::test {
namespace {

enum class Translated { client, server };

std::string name_of(Translated side) {
  return side == Translated::client ? "clients" : "servers";
}
void PrintTo(Translated side, std::ostream* out) {
  *out << name_of(side);
}

/// Of the family of the capture, and of many lengths in print.
std::string public_address(std::size_t number, bool v6) {
  const auto digits = std::to_string(number + 1);
  if (v6) return (number % 2 == 0 ? "2001:db8::" : "2001:db8:aaaa:bbbb:cccc:dddd:eeee:") + digits;
  return (number % 3 == 0 ? "9.9.9." : number % 3 == 1 ? "203.0.113." : "203.113.213.") + digits;
}

/// All hosts of one side of the capture's control connections.
std::set<std::string> hosts(const PublicCapture& capture, Translated side) {
  std::set<std::string> result;
  for (const auto& flow : capture.truth["control_flows"]) {
    result.insert(flow[side == Translated::client ? "client" : "server"].get<std::string>());
  }
  return result;
}

pcap::ReplayOptions options_for(const PublicCapture& capture, Translated side, const std::string& address) {
  std::vector<std::string> rules;
  for (const auto& host : hosts(capture, side)) {
    rules.push_back(side == Translated::client ? host + "=" + address : address + "=" + host);
  }
  return side == Translated::client ? with_nat(rules) : with_nat({}, rules);
}

struct Faults {
  std::size_t lost = 0, unseen = 0, bad_checksum = 0, malformed = 0;
  void add(const Finding& finding) {
    lost += finding.lost;
    unseen += finding.unseen;
    bad_checksum += finding.bad_checksum;
    malformed += finding.malformed;
  }
};

/// What the capture itself has.
const Faults& faults_of(const PublicCapture& capture) {
  static std::map<std::string, Faults> known;
  const auto [entry, is_new] = known.try_emplace(capture.name());
  if (is_new) {
    for (const auto& finding : findings(capture.path.string())) entry->second.add(finding);
  }
  return entry->second;
}

class PublicNat : public testing::TestWithParam<Translated> {};

TEST_P(PublicNat, NothingIsLostOrBroken) {
  const auto captures = public_captures();
  if (captures.empty()) GTEST_SKIP() << kNoPublicCaptures;
  if (!has_tshark()) GTEST_SKIP() << "no tshark: install it to have another reader judge the output";

  const TemporaryFile together;
  pcap::Writer writer(together.path(), pcap::LinkType::ethernet, false);
  std::map<std::string, const PublicCapture*> by_address;
  for (std::size_t i = 0; i < captures.size(); ++i) {
    ASSERT_EQ(pcap::Reader(captures[i].path.string()).link_type(), pcap::LinkType::ethernet);
    const bool v6 = hosts(captures[i], Translated::client).begin()->find(':') != std::string::npos;
    const auto address = public_address(i, v6);
    by_address[address] = &captures[i];
    const auto report = play(captures[i], options_for(captures[i], GetParam(), address), &writer);
    EXPECT_GT(report.counts.written, 0u) << captures[i].name();
    for (const auto& flow : report.flows) EXPECT_TRUE(flow.gaps.empty()) << captures[i].name();
  }
  writer.close();

  std::map<const PublicCapture*, Faults> faults;
  for (const auto& finding : findings(together.path())) {
    const auto source = by_address.find(finding.source);
    const auto destination = by_address.find(finding.destination);
    ASSERT_TRUE(source != by_address.end() || destination != by_address.end()) << finding.frame;
    faults[source != by_address.end() ? source->second : destination->second].add(finding);
  }
  for (const auto& [capture, after] : faults) {
    const auto& before = faults_of(*capture);
    EXPECT_LE(after.lost, before.lost) << capture->name();
    EXPECT_LE(after.unseen, before.unseen) << capture->name();
    EXPECT_LE(after.bad_checksum, before.bad_checksum) << capture->name();
    EXPECT_LE(after.malformed, before.malformed) << capture->name();
  }
}

INSTANTIATE_TEST_SUITE_P(Translated, PublicNat, testing::Values(Translated::client, Translated::server),
                         [](const auto& side) { return name_of(side.param); });

}  // namespace
}  // namespace pinhole::test
