// One raw run, as it is printed, kept and compared.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "statistics.hpp"
#include "tally.hpp"

namespace pinhole::bench {

struct RunRecord {
  std::string workload;
  int processors = 0;  ///< that load and gateway share between them
  std::string variant;
  unsigned round = 0;  ///< runs of one round are compared with each other
  std::string unit;
  std::optional<double> figure;  ///< none where nothing went well
  std::map<std::string, Percentiles> commands;
  Tally tally;  ///< without its times
};

RunRecord record(const Workload& workload, int processors, std::string variant, unsigned round, Tally tally);

/// One line for whoever watches.
std::string row(const RunRecord& run);
/// One line of JSON, with every figure.
std::string json(const RunRecord& run);

/// A figure with as many digits as say something.
std::string digits(double figure);

}  // namespace pinhole::bench
