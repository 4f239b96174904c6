#include "differential/dialects.hpp"

#include <algorithm>

namespace pinhole::test::differential {
namespace {

std::vector<Dialect> all_parts() {
  std::vector<Dialect> all;
  for (const auto part : {dialects_of_servers(), dialects_of_clients(), dialects_of_both()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

const Dialect& one_of(std::span<const Dialect> facet, Random& random) {
  std::size_t all = 0;
  for (const auto& dialect : facet) all += dialect.weight;
  auto drawn = random.below(all);
  for (const auto& dialect : facet) {
    if (drawn < dialect.weight) return dialect;
    drawn -= dialect.weight;
  }
  return facet.back();
}

}  // namespace

std::string name_of(const Dialect& dialect) {
  return std::string(dialect.facet) + "/" + std::string(dialect.name);
}

std::span<const Dialect> dialects() {
  static const auto all = all_parts();
  return all;
}

const Dialect* dialect_named(std::string_view name) {
  const auto found =
      std::ranges::find_if(dialects(), [&](const Dialect& dialect) { return name_of(dialect) == name; });
  return found == dialects().end() ? nullptr : &*found;
}

Dialects late_dialects() {
  Dialects late;
  for (const auto& dialect : dialects()) {
    if (dialect.weight == 0) late.push_back(&dialect);
  }
  return late;
}

Dialects some_dialects(Random& random, const Fixed& fixed) {
  Dialects chosen;
  for (auto rest = dialects(); !rest.empty();) {
    const auto facet = rest.front().facet;
    const auto end =
        std::ranges::find_if(rest, [&](const Dialect& dialect) { return dialect.facet != facet; });
    const auto size = static_cast<std::size_t>(end - rest.begin());
    const auto& drawn = one_of(rest.first(size), random);
    chosen.push_back(fixed.others_plain ? &rest.front() : &drawn);
    for (const auto* dialect : fixed.dialects) {
      if (dialect->facet == facet) chosen.back() = dialect;
    }
    rest = rest.subspan(size);
  }
  return chosen;
}

}  // namespace pinhole::test::differential
