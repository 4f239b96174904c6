// The table at the end: a row for each workload, number of processors and variant.
//
// A ratio is taken within one round, where the runs followed each other closely; the table has the median of
// these ratios and their extremes. What the machine did meanwhile falls on both of a round's runs alike, or
// shows as spread.
#pragma once

#include <string>
#include <vector>

#include "run_record.hpp"

namespace pinhole::bench {

/// At most 80 columns wide. Rows come in the order in which their workloads and variants first ran by table.
std::string table(const std::vector<RunRecord>& runs);

/// Each reason for failures, with workload and variant; empty if nothing failed.
std::string failures(const std::vector<RunRecord>& runs);

}  // namespace pinhole::bench
