#include "options.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <sstream>
#include <utility>

#include "descriptor.hpp"
#include "variant.hpp"

namespace pinhole::bench {
namespace {

// --smallest shows that all of it works, and measures nothing.
constexpr Length kUsual{.time = std::chrono::milliseconds{400}, .bodies = 12, .warm_up = 10};
constexpr Length kQuick{.time = std::chrono::milliseconds{100}, .bodies = 5, .warm_up = 3};
constexpr Length kSmallest{.time = {}, .bodies = 1, .warm_up = 0};
constexpr unsigned kUsualRounds = 5, kQuickRounds = 3, kSmallestRounds = 1;

std::vector<std::string> list(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) result.push_back(word);
  return result;
}

template <typename Number>
Number number(const std::string& option, const std::string& text, Number least) {
  Number result{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, result);
  if (error != std::errc() || rest != end || result < least) {
    throw WrongUsage(option + " cannot be '" + text + "'");
  }
  return result;
}

/// Those that this process may run on.
std::vector<int> processors() {
  cpu_set_t set;
  checked(sched_getaffinity(0, sizeof set, &set), "sched_getaffinity");
  std::vector<int> result;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(static_cast<std::size_t>(i), &set)) result.push_back(i);
  }
  return result;
}

std::vector<const Workload*> named_workloads(const std::vector<std::string>& names) {
  std::vector<const Workload*> result;
  for (const auto& name : names) {
    const auto found = std::ranges::find(workloads(), name, &Workload::name);
    if (found == workloads().end()) throw WrongUsage("there is no workload '" + name + "'");
    result.push_back(&*found);
  }
  return result;
}

void choose_processors(Options& options, const std::vector<int>& usable) {
  options.load.processor = usable.front();
  options.gateway.processor = usable.back();
  options.choice.processors = {1};
  if (options.load.processor != options.gateway.processor) options.choice.processors.push_back(2);
}

void use(Options& options, const std::string& option, const std::string& value) {
  if (option == "--seed") {
    options.choice.seed = number<std::uint64_t>(option, value, 0);
  } else if (option == "--rounds") {
    options.choice.rounds = number<unsigned>(option, value, 1);
  } else if (option == "--milliseconds") {
    options.length.time = std::chrono::milliseconds(number<unsigned>(option, value, 0));
  } else if (option == "--only") {
    options.choice.workloads = named_workloads(list(value));
  } else if (option == "--variants") {
    options.choice.variants = list(value);
    for (const auto& name : options.choice.variants) {
      if (std::ranges::find(variants(), name) == variants().end()) {
        throw WrongUsage("there is no variant '" + name + "'");
      }
    }
  } else if (option == "--processors") {
    std::vector<int> usable;
    for (const auto& word : list(value)) usable.push_back(number(option, word, 0));
    if (usable.empty() || usable.size() > 2) throw WrongUsage("--processors wants one or two");
    choose_processors(options, usable);
  } else if (option == "--topology") {
    options.topology = value;
  } else if (option == "--file") {
    options.file = value;
  } else {
    throw WrongUsage("'" + option + "' is not an option");
  }
}

}  // namespace

Options parse_options(std::span<char*> words) {
  Options options{.choice = {.rounds = kUsualRounds, .seed = std::random_device{}()},
                  .length = kUsual,
                  .topology = "masquerade",
                  .file = "runs.jsonl"};
  for (const auto& workload : workloads()) options.choice.workloads.push_back(&workload);
  for (const auto name : variants()) options.choice.variants.emplace_back(name);
  auto usable = processors();
  if (usable.size() > 2) usable.resize(2);
  choose_processors(options, usable);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string option = words[i];
    if (option == "--quick") {
      options.length = kQuick, options.choice.rounds = kQuickRounds;
    } else if (option == "--smallest") {
      options.length = kSmallest, options.choice.rounds = kSmallestRounds;
    } else if (option == "--realtime") {
      options.load.realtime = options.gateway.realtime = true;
    } else if (i + 1 == words.size()) {
      throw WrongUsage("'" + option + "' is not an option, or wants a value");
    } else {
      use(options, option, words[++i]);
    }
  }
  return options;
}

}  // namespace pinhole::bench
