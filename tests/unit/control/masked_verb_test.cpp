// How a verb is made one that the server does not know.

#include <gtest/gtest.h>

#include "control/masking.hpp"

namespace pinhole::test {
namespace {

std::optional<std::string> masked_verb(std::string_view rest, std::size_t left, std::size_t verb) {
  return control::with_masked_verb({reinterpret_cast<const std::uint8_t*>(rest.data()), rest.size()}, left,
                                   verb);
}

TEST(MaskedVerb, IsWhatOfItHasNotLeft) {
  EXPECT_EQ(masked_verb("DELE a\r\n", 0, 4), "XXXX a\r\n");
  EXPECT_EQ(masked_verb("LE a\r\n", 2, 4), "XX a\r\n");
  EXPECT_EQ(masked_verb(" a\r\n", 4, 4), "Xa\r\n") << "it becomes longer";
}

TEST(MaskedVerb, OfWhichAllHasLeftWithItsEndIsNone) {
  EXPECT_EQ(masked_verb("a\r\n", 5, 4), std::nullopt);
  EXPECT_EQ(masked_verb("\n", 4, 4), std::nullopt) << "no line must grow into the next";
}

}  // namespace
}  // namespace pinhole::test
