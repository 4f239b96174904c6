#include "netfilter/ctnetlink_lookout.hpp"

#include <system_error>

#include "netfilter/ctnetlink_tracker.hpp"

namespace pinhole::netfilter {
namespace {

/// A control connection that has less left than this gets more. The gateway asks every few seconds, so that
/// it may miss many turns before the entry is gone.
constexpr std::chrono::minutes kLeastLeft{2};
/// What it gets: seldom set, and soon over where nobody asks any more.
constexpr std::chrono::minutes kProlonged{5};

constexpr std::size_t kMostSeen = 16'384;

}  // namespace

std::optional<bool> CtnetlinkLookout::recall(const alg::TransferQuestion& question) {
  const auto expectation = expectation_for(question.flow, question.pinhole);
  const auto remembered = seen_.find(expectation.tuple);
  if (remembered == seen_.end()) return std::nullopt;
  if (is_there(remembered->second, expectation.master)) {
    prolong(expectation.master);
    return true;
  }
  seen_.erase(remembered);
  // The pinhole may have been opened once more since one was seen.
  return question.search ? std::nullopt : std::optional(false);
}

/// The kernel's filter only saves time: every entry is looked at again.
bool CtnetlinkLookout::search(const alg::TransferQuestion& question) {
  const auto expectation = expectation_for(question.flow, question.pinhole);
  const auto& tuple = expectation.tuple;
  std::optional<net::FlowKey> found;
  const auto look = [&](std::span<const std::uint8_t> message) {
    const auto connection = parse_connection(message);
    if (!connection || connection->ended || connection->master != expectation.master) return;
    const auto& orig = connection->orig;
    if (orig.source.address == tuple.source.address && orig.destination == tuple.destination) found = orig;
  };
  bool filtered = true;
  for (int tries = 0; tries < kDumpTries && !found; ++tries) {
    Message request = filtered ? conntrack_dump(tuple) : conntrack_dump(tuple.source.address.family());
    const auto dump = socket_.dump(request, look);
    throw_if_broken(dump.error, "conntrack dump");
    if (dump.error == 0 && !dump.interrupted) break;
    filtered = dump.error == 0;
  }
  if (!found) return false;
  if (seen_.size() >= kMostSeen) seen_.erase(seen_.begin());  // and it must be searched for again
  seen_.emplace(tuple, *found);
  prolong(expectation.master);
  return true;
}

std::vector<alg::Listed> CtnetlinkLookout::list() {
  std::vector<alg::Listed> pinholes;
  for (int tries = 0; tries < kDumpTries; ++tries) {
    pinholes.clear();
    Message request = expectation_dump();
    const auto dump = socket_.dump(request, [&](std::span<const std::uint8_t> message) {
      const auto found = parse_expectation(message);
      if (!found || found->helper != kHelper) return;
      pinholes.push_back({found->master, found->tuple.source.address, found->tuple.destination});
    });
    if (dump.error != 0) throw std::system_error(dump.error, std::generic_category(), "expectation dump");
    if (!dump.interrupted) break;
  }
  return pinholes;
}

bool CtnetlinkLookout::is_there(const net::FlowKey& data, const net::FlowKey& master) {
  Message question = conntrack_get(data);
  const auto answer = socket_.ask(question);
  throw_if_broken(answer.error, "conntrack lookup");
  const auto connection = answer.error == 0 ? parse_connection(answer.data) : std::nullopt;
  return connection && !connection->ended && connection->master == master;
}

void CtnetlinkLookout::prolong(const net::FlowKey& control) {
  Message question = conntrack_get(control);
  const auto answer = socket_.ask(question);
  const auto entry = answer.error == 0 ? parse_connection(answer.data) : std::nullopt;
  if (!entry || !entry->timeout || *entry->timeout >= kLeastLeft) return;
  Message prolongation = conntrack_timeout(control, kProlonged);
  socket_.ask(prolongation);  // an error here means that it has just gone
}

}  // namespace pinhole::netfilter
