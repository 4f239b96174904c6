#include "report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>
#include <tuple>

namespace pinhole::bench {
namespace {

/// By round.
using Figures = std::map<unsigned, double>;

struct Row {
  Figures figures;
  std::uint64_t failures = 0;
};

using Cell = std::tuple<std::string, int>;  // workload, processors
using Rows = std::map<Cell, std::map<std::string, Row>>;

Rows rows_of(const std::vector<RunRecord>& runs) {
  Rows rows;
  for (const auto& run : runs) {
    auto& row = rows[{run.workload, run.processors}][run.variant];
    row.failures += run.tally.failures;
    if (run.figure) row.figures[run.round] = *run.figure;
  }
  return rows;
}

std::vector<double> values(const Figures& figures) {
  std::vector<double> result;
  for (const auto& [round, figure] : figures) result.push_back(figure);
  return result;
}

std::vector<double> ratios(const Figures& of, const Figures& to) {
  std::vector<double> result;
  for (const auto& [round, figure] : of) {
    if (const auto other = to.find(round); other != to.end()) result.push_back(figure / other->second);
  }
  return result;
}

std::string between(const std::vector<double>& all, Spread (*spread)(const std::vector<double>&),
                    const std::function<std::string(double)>& format) {
  const auto [median, low, high] = spread(all);
  return format(low) + ".." + format(high);
}

std::string ratio(const Row& of, const std::map<std::string, Row>& cell, const std::string& to) {
  const auto other = cell.find(to);
  if (other == cell.end() || &other->second == &of) return "";
  const auto all = ratios(of.figures, other->second.figures);
  if (all.empty()) return "-";
  const auto two = [](double value) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    return std::string(buffer.data());
  };
  return two(extremes(all).median) + " " + between(all, extremes, two);
}

std::string line(const std::string& name, const std::string& processors, const std::string& variant,
                 const std::string& median, const std::string& quarter, const std::string& to_floor,
                 const std::string& to_kernel, const std::string& failed) {
  std::array<char, 200> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%-8s %1s %-7s %7s %-14s %-15s %-15s %6s\n", name.c_str(),
                processors.c_str(), variant.c_str(), median.c_str(), quarter.c_str(), to_floor.c_str(),
                to_kernel.c_str(), failed.c_str());
  return buffer.data();
}

std::string lines(const Cell& cell, const std::map<std::string, Row>& rows) {
  std::string result;
  for (const auto name : variants()) {
    const auto found = rows.find(std::string(name));
    if (found == rows.end()) continue;
    const auto& row = found->second;
    const auto all = values(row.figures);
    result += line(std::get<0>(cell), std::to_string(std::get<1>(cell)), found->first,
                   all.empty() ? "-" : digits(quantile(all, 0.5)),
                   all.empty() ? "" : between(all, quartiles, digits), ratio(row, rows, "floor"),
                   ratio(row, rows, "kernel"), std::to_string(row.failures));
  }
  return result;
}

}  // namespace

std::string table(const std::vector<RunRecord>& runs) {
  const auto rows = rows_of(runs);
  auto result = line("workload", "p", "variant", "median", "quartiles", "to floor", "to kernel", "failed");
  std::string legend = "\np: processors; failed: sessions; ratios: median and extremes within a round\n";
  for (const auto& workload : workloads()) {
    bool ran = false;
    for (const int processors : {1, 2}) {
      const Cell cell{workload.name, processors};
      if (const auto found = rows.find(cell); found != rows.end())
        result += lines(cell, found->second), ran = true;
    }
    if (ran) {
      legend += std::string(workload.name) + ": " + std::string(workload.what) + ", " +
                std::string(unit(workload.figure)) + "\n";
    }
  }
  return result + legend;
}

std::string failures(const std::vector<RunRecord>& runs) {
  std::map<std::string, std::uint64_t> all;
  for (const auto& run : runs) {
    for (const auto& [reason, count] : run.tally.reasons) {
      all[run.workload + " " + run.variant + ": " + reason] += count;
    }
  }
  std::string result;
  for (const auto& [what, count] : all) result += what + ", " + std::to_string(count) + " times\n";
  return result;
}

}  // namespace pinhole::bench
