// differential [--first SEED] [--seeds N] [--jobs J] [--late yes|no] [--dialect FACET/NAME] [--exceptions
// FILE]
//
// Honest sessions, one for each seed: what passes through the kernel's own FTP helper must pass through
// Pinhole in the same network, uncut and cut into segments. "Passes": every line arrives as it was said, but
// for the endpoints in it, every data connection is made, and carries its bytes; no step takes longer than
// twice the reference and one retransmission timeout, or waits for a retransmission timer where the reference
// did not (timers.hpp says how that is seen).
//
// A seed that was only too slow, or waited while the whole machine stood still (support/standstills.hpp), is
// tried three times more when all others are done; it fails if that is so each time. Steps that the reference
// does not pass are not demanded. A run that has all the default seeds must have met every dialect and every
// exception.
//
// Each session speaks the dialect that --dialect names, and is plain otherwise. With --late yes (the
// default) a few sessions more have data connections that come minutes late (late.hpp).
//
// Status: 0 nothing differed, 1 something did, 2 wrong usage, 77 it cannot be tried here.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "differential/late.hpp"
#include "differential/seeds.hpp"
#include "differential/tally.hpp"
#include "support/standstills.hpp"

namespace {

using namespace pinhole::test;
using namespace pinhole::test::differential;

constexpr std::uint64_t kDefaultFirst = 1, kDefaultSeeds = 300;
constexpr int kMoreTrials = 3;

struct Options {
  std::uint64_t first = kDefaultFirst, seeds = kDefaultSeeds;
  std::uint64_t jobs = std::max(2 * std::thread::hardware_concurrency(), 1u);  // they wait half of the time
  bool late = true;
  const Dialect* fixed = nullptr;
  std::string exceptions = checkout() / "tests/differential/exceptions.txt";

  bool has_all_default_seeds() const {
    return fixed == nullptr && first <= kDefaultFirst && first + seeds >= kDefaultFirst + kDefaultSeeds;
  }
};

// Seeds of any topology, one after the other; keeps the labs of the latest.
class Worker {
 public:
  Worker(const Options& options, Exceptions& exceptions, Tally& tally)
      : fixed_(options.fixed), exceptions_(exceptions), tally_(tally) {}

  /// Tries what there is in `seeds`; returns those that were only too slow.
  std::vector<std::uint64_t> work(Seeds& seeds) {
    std::vector<std::uint64_t> slow;
    std::string topology;
    while (const auto seed = seeds.take(topology)) {
      const auto plan = Plan::of(*seed, fixed_);
      const auto trial = try_out(plan, labs_for(plan), exceptions_);
      tally_.add(plan, trial);
      if (trial.is_slow_only()) {
        slow.push_back(*seed);
      } else if (trial.worse() != nullptr) {
        tally_.fail(*seed, report(plan, trial));
      }
    }
    arena_.reset();
    return slow;
  }

  /// With nobody beside it.
  void try_again(std::uint64_t seed) {
    const auto plan = Plan::of(seed, fixed_);
    for (int left = kMoreTrials; left > 0; --left) {
      const auto trial = try_out(plan, labs_for(plan), exceptions_);
      if (trial.worse() == nullptr) return tally_.slow_only_once();
      if (left == 1 || !trial.is_slow_only()) return tally_.fail(seed, report(plan, trial));
    }
  }

 private:
  Arena& labs_for(const Plan& plan) {
    if (!arena_ || topology_ != plan.way.topology) {
      arena_.reset();
      arena_ = std::make_unique<Arena>(plan.way.topology);
      topology_ = plan.way.topology;
    }
    return *arena_;
  }

  const Dialect* fixed_;
  Exceptions& exceptions_;
  Tally& tally_;
  std::string topology_;
  std::unique_ptr<Arena> arena_;
};

// Rethrows what ended a worker.
std::vector<std::uint64_t> work(const Options& options, Exceptions& exceptions, Tally& tally) {
  Seeds seeds(options.first, options.seeds, options.fixed);
  std::mutex mutex;
  std::vector<std::uint64_t> slow;
  std::exception_ptr broken;
  std::vector<std::jthread> workers;
  for (std::uint64_t i = 0; i < options.jobs; ++i) {
    workers.emplace_back([&] {
      try {
        const auto found = Worker(options, exceptions, tally).work(seeds);
        const std::scoped_lock lock(mutex);
        slow.insert(slow.end(), found.begin(), found.end());
      } catch (...) {
        const std::scoped_lock lock(mutex);
        broken = std::current_exception();
      }
    });
  }
  workers.clear();
  if (broken) std::rethrow_exception(broken);
  return slow;
}

int compare(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  Exceptions exceptions(options.exceptions);
  Tally tally;
  standstills();  // begins to watch
  auto late = std::async(std::launch::async, [&options, &exceptions] {
    return options.late ? try_late(exceptions) : std::vector<LateTrial>();
  });
  Worker alone(options, exceptions, tally);
  for (const auto seed : work(options, exceptions, tally)) alone.try_again(seed);
  for (const auto& each : late.get()) tally.add_late(each);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  tally.print(exceptions, taken.count());
  const auto faults = tally.faults(exceptions, options.seeds, options.has_all_default_seeds());
  for (const auto& fault : faults) std::printf("FAILED: %s\n", fault.c_str());
  return faults.empty() ? 0 : 1;
}

bool read(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (value == nullptr) return false;
    if (name == "--exceptions") {
      options.exceptions = value;
      continue;
    }
    if (name == "--late") {
      options.late = std::string_view(value) == "yes";
      if (!options.late && std::string_view(value) != "no") return false;
      continue;
    }
    if (name == "--dialect") {
      options.fixed = dialect_named(value);
      if (options.fixed == nullptr) return false;
      continue;
    }
    char* end = nullptr;
    const auto number = std::strtoull(value, &end, 10);
    if (*end != '\0') return false;
    if (name == "--first") {
      options.first = number;
    } else if (name == "--seeds") {
      options.seeds = number;
    } else if (name == "--jobs" && number > 0) {
      options.jobs = number;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: differential [--first SEED] [--seeds N] [--jobs J] [--late yes|no]\n"
                 "                    [--dialect FACET/NAME] [--exceptions FILE]\n");
    return 2;
  }
  try {
    if (const auto obstacle = World::obstacle(); !obstacle.empty()) {
      std::printf("not tested: %s\n", obstacle.c_str());
      return 77;
    }
    return compare(options);
  } catch (const std::exception& error) {
    std::printf("FAILED: %s\n", error.what());
    return 1;
  }
}
