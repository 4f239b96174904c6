// The seeds of a run, handed out to workers so that each may stay in one topology's labs.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "differential/dialects.hpp"

namespace pinhole::test::differential {

class Seeds {
 public:
  Seeds(std::uint64_t first, std::uint64_t count, const Fixed& fixed);

  /// The next one in `topology`; when there is none, one of another, where nobody works or much is left, and
  /// `topology` is set to that. Nothing when there is no more for this worker.
  std::optional<std::uint64_t> take(std::string& topology);

 private:
  std::string where_to_help();

  std::mutex mutex_;
  std::map<std::string, std::deque<std::uint64_t>> left_;
  std::map<std::string, std::size_t> workers_;
};

}  // namespace pinhole::test::differential
