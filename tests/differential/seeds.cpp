#include "differential/seeds.hpp"

#include "differential/plan.hpp"

namespace pinhole::test::differential {
namespace {

// To make two labs takes as long as so many seeds.
constexpr std::size_t kWorthNewLabs = 15;
// More than there are seeds.
constexpr std::size_t kNobodyThere = std::size_t{1} << 60;

}  // namespace

Seeds::Seeds(std::uint64_t first, std::uint64_t count, const Fixed& fixed) {
  for (auto seed = first; seed < first + count; ++seed) {
    left_[Plan::of(seed, fixed).way.topology].push_back(seed);
  }
}

std::optional<std::uint64_t> Seeds::take(std::string& topology) {
  const std::scoped_lock lock(mutex_);
  if (left_[topology].empty()) {
    if (workers_[topology] > 0) --workers_[topology];
    topology = where_to_help();
    if (topology.empty()) return std::nullopt;
    ++workers_[topology];
  }
  const auto seed = left_[topology].front();
  left_[topology].pop_front();
  return seed;
}

std::string Seeds::where_to_help() {
  std::string place;
  std::size_t most = 0;
  for (const auto& [topology, seeds] : left_) {
    const auto workers = workers_[topology];
    if (seeds.empty() || (workers > 0 && seeds.size() < kWorthNewLabs * (workers + 1))) continue;
    const auto left = workers == 0 ? seeds.size() + kNobodyThere : seeds.size() / (workers + 1);
    if (left <= most) continue;
    most = left;
    place = topology;
  }
  return place;
}

}  // namespace pinhole::test::differential
