// What connection tracking can only be asked for as a whole.
#pragma once

#include <optional>
#include <vector>

#include "pinhole/alg/tracker.hpp"

namespace pinhole::netfilter {

class Lookout {
 public:
  virtual ~Lookout() = default;

  /// Whether the data connection is there, where that can be told without a search. While it is, keeps the
  /// entry of its control connection from timing out. Throws std::system_error.
  virtual std::optional<bool> recall(const alg::TransferQuestion& question) = 0;

  /// The same by a walk through all that is tracked.
  virtual bool search(const alg::TransferQuestion& question) = 0;

  /// Every open pinhole.
  virtual std::vector<alg::Listed> list() = 0;
};

}  // namespace pinhole::netfilter
