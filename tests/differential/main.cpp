// differential [--first SEED] [--seeds N] [--jobs J] [--late yes|no] [--dialect FACET/NAME]...
//              [--others drawn|plain] [--exceptions FILE]
//
// Honest sessions, one for each seed: what passes through the kernel's own FTP helper must pass through
// Pinhole in the same network, uncut and cut into segments. "Passes": every line arrives as it was said, but
// for the endpoints in it, every data connection is made, and carries its bytes; no step takes longer than
// twice the reference and one retransmission timeout, or waits for a retransmission timer where the reference
// did not (timers.hpp says how that is seen).
//
// A session that was only too slow, or waited while the whole machine stood still (support/standstills.hpp),
// is tried three times more when all others are done; it fails if that is so each time. Steps that the
// reference does not pass are not demanded. A run that has all the default seeds must have met every dialect
// and every exception.
//
// With --late yes each late dialect has a session beside the seeds, and outside their number, uncut and
// otherwise plain: they take minutes, all at once. --dialect has every session speak that one, whatever its
// seed draws; with --others plain the rest is plain. Both serve to see what one dialect does to a gateway
// that does not know it.
//
// Status: 0 nothing differed, 1 something did, 2 wrong usage, 77 it cannot be tried here.

#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "differential/options.hpp"
#include "differential/worker.hpp"
#include "support/standstills.hpp"

namespace {

using namespace pinhole::test;
using namespace pinhole::test::differential;

std::vector<Plan> late_plans(const Options& options) {
  std::vector<Plan> plans;
  if (!options.late) return plans;
  for (const auto* dialect : late_dialects()) {
    auto fixed = options.fixed;
    fixed.others_plain = true;  // what fails shall be the lateness
    fixed.dialects.push_back(dialect);
    plans.push_back(Plan::of(options.first + plans.size(), fixed));
  }
  return plans;
}

// What each of them leaves, together. Rethrows what ended one.
using Job = std::function<std::vector<Plan>()>;
std::vector<Plan> all_at_once(const std::vector<Job>& jobs) {
  std::mutex mutex;
  std::vector<Plan> left;
  std::exception_ptr broken;
  std::vector<std::jthread> threads;
  for (const auto& job : jobs) {
    threads.emplace_back([&] {
      try {
        const auto found = job();
        const std::scoped_lock lock(mutex);
        left.insert(left.end(), found.begin(), found.end());
      } catch (...) {
        const std::scoped_lock lock(mutex);
        broken = std::current_exception();
      }
    });
  }
  threads.clear();
  if (broken) std::rethrow_exception(broken);
  return left;
}

int compare(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto late = late_plans(options);
  Exceptions exceptions(options.exceptions);
  Tally tally(options.seeds, late.size());
  Seeds seeds(options.first, options.seeds, options.fixed);
  standstills();  // begins to watch

  std::vector<Job> jobs;
  for (const auto& plan : late) {
    jobs.emplace_back(
        [&] { return Worker(exceptions, tally).settles(plan) ? std::vector<Plan>{} : std::vector{plan}; });
  }
  for (std::uint64_t i = 0; i < options.jobs; ++i) {
    jobs.emplace_back([&] { return Worker(exceptions, tally).work(seeds, options.fixed); });
  }
  Worker alone(exceptions, tally);
  for (const auto& plan : all_at_once(jobs)) alone.try_again(plan);

  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  tally.print(exceptions, taken.count());
  const auto faults = tally.faults(exceptions, options.has_all_default_seeds());
  for (const auto& fault : faults) std::printf("FAILED: %s\n", fault.c_str());
  return faults.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (!options) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  try {
    if (const auto obstacle = World::obstacle(); !obstacle.empty()) {
      std::printf("not tested: %s\n", obstacle.c_str());
      return 77;
    }
    return compare(*options);
  } catch (const std::exception& error) {
    std::printf("FAILED: %s\n", error.what());
    return 1;
  }
}
