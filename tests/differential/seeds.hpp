// The seeds of a run, handed out to workers so that each may stay in one topology's labs.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace pinhole::test {

class Seeds {
 public:
  Seeds(std::uint64_t first, std::uint64_t count);

  /// The next one in `topology`, else one of where most are left and `topology` is set to that. Nothing when
  /// all are out.
  std::optional<std::uint64_t> take(std::string& topology);

 private:
  std::mutex mutex_;
  std::map<std::string, std::deque<std::uint64_t>> left_;
  std::map<std::string, std::size_t> workers_;
};

}  // namespace pinhole::test
