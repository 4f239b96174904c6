// Tries plans, one after the other, in labs that it keeps as long as the next plan can use them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "differential/seeds.hpp"
#include "differential/tally.hpp"

namespace pinhole::test::differential {

class Worker {
 public:
  Worker(Exceptions& exceptions, Tally& tally) : exceptions_(exceptions), tally_(tally) {}

  /// Tries it. False if it was only too slow: nothing is told of that.
  bool settles(const Plan& plan);
  /// Three times at most, with nobody beside it: whether it is too slow each time.
  void try_again(const Plan& plan);

  /// Tries what there is in `seeds`; returns those that were only too slow.
  std::vector<Plan> work(Seeds& seeds, const Fixed& fixed);

 private:
  Arena& labs_for(const Plan& plan);

  Exceptions& exceptions_;
  Tally& tally_;
  std::string topology_;
  std::unique_ptr<Arena> arena_;
};

}  // namespace pinhole::test::differential
