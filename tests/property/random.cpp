#include "property/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "support/law.hpp"

namespace pinhole::test {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace

std::vector<std::uint8_t> Random::bytes(std::size_t length) {
  std::vector<std::uint8_t> result(length);
  for (auto& byte : result) byte = static_cast<std::uint8_t>(any());
  return result;
}

std::string Random::text(std::size_t length, std::string_view letters) {
  std::string result(length, ' ');
  for (auto& letter : result) letter = one_of(letters);
  return result;
}

std::uint32_t Random::edgy32() {
  static constexpr std::array<std::uint32_t, 4> kEdges{0, 0x7fffffff, 0x80000000, 0xffffffff};
  return chance(50) ? any32() : one_of(kEdges) + static_cast<std::uint32_t>(below(9)) - 4;
}

void for_random(std::size_t cases, const std::function<void(Random&)>& property) {
  const auto first = from_environment("PINHOLE_SEED", 1);
  const auto count = cases * from_environment("PINHOLE_CASES", 1);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE("PINHOLE_SEED=" + std::to_string(seed) + " repeats this case");
    Random random(seed);
    try {
      property(random);
    } catch (const LawBroken& broken) {  // here, where the seed is still known
      ADD_FAILURE() << broken.what();
    }
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace pinhole::test
