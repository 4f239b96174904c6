// How fast a session may give commands: as many at once as a second holds.
#pragma once

#include <algorithm>

#include "pinhole/alg/time.hpp"

namespace pinhole::control {

class CommandRate {
 public:
  /// `per_second` 0: any rate.
  bool allows(alg::Time now, unsigned per_second) const {
    return per_second == 0 || std::max(next_, now) - now <= kSecond - kSecond / per_second;
  }
  void count(alg::Time now, unsigned per_second) {
    if (per_second > 0) next_ = std::max(next_, now) + kSecond / per_second;
  }

 private:
  static constexpr alg::Time kSecond = std::chrono::seconds(1);

  alg::Time next_{};  // when the next command would come if all came evenly
};

}  // namespace pinhole::control
