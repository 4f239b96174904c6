#include "pcap/both_sides.hpp"

#include <algorithm>

namespace pinhole::pcap {
namespace {

/// A router forwards a packet within this time, and no more connections begin meanwhile.
constexpr std::chrono::milliseconds kForwarding{250};
constexpr std::size_t kMost = 256;

}  // namespace

std::optional<BothSides::Pair> BothSides::find(const Captured& captured, alg::Side sender,
                                               alg::Time now) const {
  const auto& segment = captured.segment;
  const auto& leaving = captured.key;
  const auto same = std::find_if(beginnings_.rbegin(), beginnings_.rend(), [&](const Beginning& beginning) {
    const auto& arriving = beginning.key;
    const bool translated = arriving.source.address != leaving.source.address ||
                            arriving.destination.address != leaving.destination.address;
    // NAT keeps ports where it can, and time stamps.
    const bool same_ports =
        arriving.source.port == leaving.source.port && arriving.destination.port == leaving.destination.port;
    const bool same_clock = beginning.clock && beginning.clock == segment.timestamps();
    const bool one_end = arriving.source == leaving.source || arriving.destination == leaving.destination;
    const bool alike = segment.syn() ? same_ports || same_clock : one_end;
    return now - beginning.time <= kForwarding && beginning.sender == sender && translated && alike &&
           beginning.seq == segment.seq() && beginning.syn == segment.syn() &&
           (segment.syn() || !segment.payload().empty()) &&
           std::ranges::equal(beginning.payload, segment.payload());
  });
  if (same == beginnings_.rend()) return std::nullopt;
  const auto& arriving = same->key;
  if (sender == alg::Side::client) {
    return Pair{same->flow, {0, arriving.source, arriving.destination, leaving.destination, leaving.source}};
  }
  return Pair{same->flow, {0, leaving.destination, leaving.source, arriving.source, arriving.destination}};
}

void BothSides::add(std::uint64_t flow, const Captured& captured, alg::Side sender, alg::Time now) {
  const auto payload = captured.segment.payload();
  beginnings_.push_back({flow,
                         now,
                         sender,
                         captured.key,
                         captured.segment.seq(),
                         captured.segment.syn(),
                         captured.segment.timestamps(),
                         {payload.begin(), payload.end()}});
  if (beginnings_.size() > kMost) beginnings_.pop_front();
}

}  // namespace pinhole::pcap
