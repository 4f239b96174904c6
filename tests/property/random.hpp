// Randomness that can be repeated: every case of a property has its own seed, which a failure prints.
//
//   PINHOLE_SEED=17 property_tests --gtest_filter=…   begins with the case of seed 17
//   PINHOLE_CASES=10                                  ten times as many cases of each property
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace pinhole::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t any() { return engine_(); }
  std::uint32_t any32() { return static_cast<std::uint32_t>(engine_()); }
  /// 0 to `bound` - 1; the same on every standard library, as their distributions are not.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  std::size_t between(std::size_t first, std::size_t last) { return first + below(last - first + 1); }
  bool chance(unsigned percent) { return below(100) < percent; }

  template <class Range>
  const auto& one_of(const Range& range) {
    return *(std::begin(range) + static_cast<std::ptrdiff_t>(below(std::size(range))));
  }
  template <std::size_t N>
  char one_of(const char (&letters)[N]) {  // without the NUL at its end
    return one_of(std::string_view(letters));
  }
  char one_of(std::string_view letters) { return letters[below(letters.size())]; }

  std::vector<std::uint8_t> bytes(std::size_t length);
  std::string text(std::size_t length, std::string_view letters);

  /// A number near one where arithmetic wraps or changes its sign, half of the time.
  std::uint32_t edgy32();

 private:
  std::mt19937_64 engine_;
};

/// Calls `property` with `cases` seeds, one after the other, until one fails.
void for_random(std::size_t cases, const std::function<void(Random&)>& property);

}  // namespace pinhole::test
