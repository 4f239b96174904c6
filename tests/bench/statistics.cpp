#include "statistics.hpp"

#include <algorithm>
#include <cmath>

namespace pinhole::bench {
namespace {

double at(const std::vector<double>& sorted, double part) {
  const double place = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const auto above = static_cast<std::size_t>(std::ceil(place));
  return std::lerp(sorted[below], sorted[above], place - std::floor(place));
}

}  // namespace

double quantile(std::vector<double> values, double part) {
  std::ranges::sort(values);
  return at(values, part);
}

Percentiles percentiles(const std::vector<double>& values) {
  if (values.empty()) return {};
  auto sorted = values;
  std::ranges::sort(sorted);
  return {sorted.size(), at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), sorted.back()};
}

Spread quartiles(const std::vector<double>& values) {
  return {quantile(values, 0.5), quantile(values, 0.25), quantile(values, 0.75)};
}

Spread extremes(const std::vector<double>& values) {
  return {quantile(values, 0.5), quantile(values, 0), quantile(values, 1)};
}

}  // namespace pinhole::bench
