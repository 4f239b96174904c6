#include "differential/seeds.hpp"

#include "differential/plan.hpp"

namespace pinhole::test {

Seeds::Seeds(std::uint64_t first, std::uint64_t count) {
  for (auto seed = first; seed < first + count; ++seed) left_[Plan::of(seed).way.topology].push_back(seed);
}

std::optional<std::uint64_t> Seeds::take(std::string& topology) {
  const std::scoped_lock lock(mutex_);
  if (left_[topology].empty()) {
    if (workers_[topology] > 0) --workers_[topology];
    std::size_t most = 0;
    for (const auto& [name, seeds] : left_) {
      const auto share = seeds.size() * 1000 / (workers_[name] + 1);
      if (share <= most) continue;
      most = share;
      topology = name;
    }
    if (most == 0) return std::nullopt;
    ++workers_[topology];
  }
  const auto seed = left_[topology].front();
  left_[topology].pop_front();
  return seed;
}

}  // namespace pinhole::test
