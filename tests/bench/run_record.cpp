#include "run_record.hpp"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

namespace pinhole::bench {
namespace {

std::optional<double> figure(const Workload& workload, Tally& tally) {
  switch (workload.figure) {
    case Figure::microseconds: {
      const auto& times = tally.of(workload.timed);
      if (times.empty()) return {};
      return quantile(times, 0.5);
    }
    case Figure::sessions_per_second:
      if (tally.sessions == 0) return {};
      return static_cast<double>(tally.sessions) / tally.seconds;
    case Figure::megabytes_per_second:
      if (tally.bytes == 0) return {};
      return static_cast<double>(tally.bytes) / 1e6 / tally.seconds;
  }
  return {};
}

template <typename... Values>
std::string text(const char* format, Values... values) {
  std::array<char, 160> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, values...);
  return buffer.data();
}

}  // namespace

RunRecord record(const Workload& workload, int processors, std::string variant, unsigned round, Tally tally) {
  RunRecord result{.workload = std::string(workload.name),
                   .processors = processors,
                   .variant = std::move(variant),
                   .round = round,
                   .unit = std::string(unit(workload.figure)),
                   .figure = figure(workload, tally),
                   .commands = {},
                   .tally = {}};
  for (std::size_t i = 0; i < kCommands; ++i) {
    auto& times = tally.times.at(i);
    if (!times.empty()) result.commands[std::string(to_string(Command(i)))] = percentiles(times);
    times = {};
  }
  result.tally = std::move(tally);
  return result;
}

std::string digits(double figure) {
  return text(figure < 10 ? "%.2f" : figure < 1000 ? "%.1f" : "%.0f", figure);
}

std::string row(const RunRecord& run) {
  return text("%-8s %d %-7s round %-3u %8s %-4s %8llu bodies %6.2f s %3llu failed", run.workload.c_str(),
              run.processors, run.variant.c_str(), run.round, run.figure ? digits(*run.figure).c_str() : "-",
              run.unit.c_str(), static_cast<unsigned long long>(run.tally.bodies), run.tally.seconds,
              static_cast<unsigned long long>(run.tally.failures));
}

std::string json(const RunRecord& run) {
  nlohmann::ordered_json object{{"workload", run.workload},
                                {"processors", run.processors},
                                {"variant", run.variant},
                                {"round", run.round},
                                {"unit", run.unit},
                                {"figure", nullptr},
                                {"seconds", run.tally.seconds},
                                {"bodies", run.tally.bodies},
                                {"sessions", run.tally.sessions},
                                {"transfers", run.tally.transfers},
                                {"bytes", run.tally.bytes},
                                {"failures", run.tally.failures},
                                {"reasons", run.tally.reasons},
                                {"commands", nlohmann::ordered_json::object()}};
  if (run.figure) object["figure"] = *run.figure;
  for (const auto& [command, times] : run.commands) {
    object["commands"][command] = {{"count", times.count},
                                   {"p50", times.p50},
                                   {"p90", times.p90},
                                   {"p99", times.p99},
                                   {"max", times.max}};
  }
  return object.dump();
}

}  // namespace pinhole::bench
