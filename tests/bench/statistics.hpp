// Medians and their like.
#pragma once

#include <cstddef>
#include <vector>

namespace pinhole::bench {

/// The value below which this part (0 to 1) of the values lies, between two of them where it must.
/// `values` must not be empty.
double quantile(std::vector<double> values, double part);

struct Percentiles {
  std::size_t count = 0;
  double p50 = 0, p90 = 0, p99 = 0, max = 0;
};
Percentiles percentiles(const std::vector<double>& values);

/// The middle of several runs, and how far they lie apart.
struct Spread {
  double median = 0, low = 0, high = 0;
};
Spread quartiles(const std::vector<double>& values);  ///< low and high: the middle half; not of nothing
Spread extremes(const std::vector<double>& values);   ///< low and high: all; not of nothing

}  // namespace pinhole::bench
