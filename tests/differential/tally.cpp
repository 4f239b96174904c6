#include "differential/tally.hpp"

#include <cstdio>
#include <set>

namespace pinhole::test::differential {
namespace {

constexpr std::size_t kToldInFull = 5;
// Below that the reference is no reference: its rules or its module are not at work.
constexpr std::size_t kDemandedPercent = 90;
constexpr std::size_t kEnoughSteps = 300;  // to tell, one seed alone may be one that it does not pass
// Above that the test does not try what it says.
constexpr std::size_t kJoinedPercent = 1;

}  // namespace

void Tally::add(const Plan& plan, const Trial& trial) {
  const std::scoped_lock lock(mutex_);
  ++tried_;
  std::set<const Dialect*> here;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const bool demanded = trial.reference.passed(i);
    ++(demanded ? demanded_ : not_demanded_);
    for (const auto* dialect : plan.dialects) {
      if (!plan.steps[i].facets.contains(dialect->facet)) continue;
      if (demanded) {
        here.insert(dialect);
      } else {
        ++spoken_[dialect].not_demanded;
      }
    }
  }
  for (const auto* dialect : here) ++spoken_[dialect].sessions;
  for (const auto* run : {&trial.uncut, &trial.cut}) {
    transfers_ += run->outcome.transfers;
    pieces_ += run->outcome.pieces;
    not_apart_ += run->outcome.not_apart;
  }
}

void Tally::fail(const std::string& told) {
  const std::scoped_lock lock(mutex_);
  if (++failed_ <= kToldInFull) {
    std::printf("%s\n", told.c_str());
  } else {
    std::printf("%s\n", told.substr(0, told.find('\n')).c_str());
  }
  std::fflush(stdout);
}

void Tally::print(const Exceptions& exceptions, double seconds) const {
  std::printf("dialect                                sessions  steps not demanded\n");
  for (const auto& dialect : dialects()) {
    const auto found = spoken_.find(&dialect);
    const auto spoken = found == spoken_.end() ? Spoken{} : found->second;
    std::printf("%-38s %8zu  %18zu\n", name_of(dialect).c_str(), spoken.sessions, spoken.not_demanded);
  }
  for (const auto& exception : exceptions.all()) {
    std::printf("excused %zu steps: %s\n", exception.met.load(), exception.text.c_str());
  }
  std::printf(
      "%zu seeds and %zu late sessions: %zu steps that the reference passed and %zu not demanded, each uncut "
      "and cut; %zu transfers, %zu pieces on control connections; %zu slow, but not in each of three more "
      "trials; %zu failed, %.1f s\n",
      seeds_, late_, demanded_, not_demanded_, transfers_, pieces_, slow_once_, failed_, seconds);
}

std::vector<std::string> Tally::faults(const Exceptions& exceptions, bool complete) const {
  std::vector<std::string> faults;
  if (const auto planned = seeds_ + late_; tried_ != planned) {
    faults.push_back("of " + std::to_string(planned) + " sessions only " + std::to_string(tried_) +
                     " were tried");
  }
  if (failed_ > 0) faults.push_back(std::to_string(failed_) + " sessions failed");
  if (const auto all = demanded_ + not_demanded_;
      all >= kEnoughSteps && demanded_ * 100 < all * kDemandedPercent) {
    faults.push_back("the reference passed only " + std::to_string(demanded_) + " of " + std::to_string(all) +
                     " steps");
  }
  if (not_apart_ * 100 > pieces_ * kJoinedPercent) {
    faults.push_back(std::to_string(not_apart_) + " texts were to be cut, and left joined");
  }
  if (!complete) return faults;
  for (const auto& dialect : dialects()) {
    const auto found = spoken_.find(&dialect);
    const bool wanted = dialect.weight > 0 || late_ > 0;
    if (found == spoken_.end() && wanted) faults.push_back("no session speaks " + name_of(dialect));
  }
  for (const auto& exception : exceptions.all()) {
    if (exception.met == 0) faults.push_back("no seed meets the exception '" + exception.text + "'");
  }
  return faults;
}

}  // namespace pinhole::test::differential
