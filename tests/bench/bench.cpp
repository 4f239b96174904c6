// bench: what `pinhole run` costs sessions, beside the same router without it, with the kernel's helper, and
// with a listener that accepts unread. scripts/bench builds and runs it; its --help says what there is to
// choose.

#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "options.hpp"
#include "plan.hpp"
#include "report.hpp"
#include "variant.hpp"

namespace pinhole::bench {
namespace {

constexpr int kNothingFailed = 0, kSomethingFailed = 1, kWrongUsage = 2, kMissing = 77;

/// Those that can be made here; what stands in the others' way is said.
std::map<std::string, std::unique_ptr<Variant>> make_variants(const Options& options) {
  std::map<std::string, std::unique_ptr<Variant>> result;
  for (const auto& name : options.choice.variants) {
    try {
      result.emplace(name, std::make_unique<Variant>(name, options.topology));
    } catch (const Missing& error) {
      std::cout << "not measured: " << name << ": " << error.what() << '\n';
    }
  }
  return result;
}

std::string heading(const Options& options) {
  return nlohmann::ordered_json{{"seed", options.choice.seed},
                                {"topology", options.topology},
                                {"rounds", options.choice.rounds},
                                {"seconds", options.length.time.count()},
                                {"load_processor", options.load.processor},
                                {"gateway_processor", options.gateway.processor},
                                {"realtime", options.load.realtime}}
      .dump();
}

int measure(Options options) {
  if (const auto obstacle = test::Lab::obstacle(); !obstacle.empty()) {
    std::cerr << "bench: " << obstacle << '\n';
    return kMissing;
  }
  auto made = make_variants(options);
  if (made.empty()) return kMissing;
  std::erase_if(options.choice.variants, [&](const auto& name) { return !made.contains(name); });

  const auto planned = plan(options.choice);
  std::ofstream file(options.file);
  if (!file) throw std::runtime_error("cannot write " + options.file);
  file << heading(options) << '\n';
  std::cout << "seed " << options.choice.seed << ", " << planned.size() << " runs\n";
  std::vector<RunRecord> runs;
  for (const auto& run : planned) {
    auto& variant = *made.at(run.variant);
    variant.prepare(run.processors == 1 ? options.load : options.gateway);
    auto tally = play(*run.workload, options.length, variant.stage(options.load));
    runs.push_back(record(*run.workload, run.processors, run.variant, run.round, std::move(tally)));
    std::cout << row(runs.back()) << std::endl;
    file << json(runs.back()) << std::endl;
  }
  const auto failed = failures(runs);
  std::cout << '\n' << table(runs) << "every run: " << options.file << "\n" << failed;
  return failed.empty() ? kNothingFailed : kSomethingFailed;
}

}  // namespace
}  // namespace pinhole::bench

int main(int argc, char** argv) {
  using namespace pinhole::bench;
  try {
    return measure(parse_options(std::span(argv, static_cast<std::size_t>(argc)).subspan(1)));
  } catch (const WrongUsage& error) {
    std::cerr << "bench: " << error.what() << " (see --help)\n";
    return kWrongUsage;
  } catch (const std::exception& error) {
    std::cerr << "bench: " << error.what() << '\n';
    return kSomethingFailed;
  }
}
