#include "pinhole/alg/reason.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace pinhole::test {
namespace {

TEST(Reason, EveryNameIsShortUniqueAndFindsItsReason) {
  std::set<std::string_view> names;
  for (const auto& text : alg::all_reasons()) {
    EXPECT_TRUE(names.insert(text.name).second) << text.name;
    EXPECT_TRUE(std::all_of(text.name.begin(), text.name.end(),
                            [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }));
    EXPECT_EQ(alg::reason_named(text.name), text.reason);
    EXPECT_EQ(text.meaning.back(), '.') << text.name;
  }
  EXPECT_EQ(alg::reason_named("no-such-reason"), std::nullopt);
}

}  // namespace
}  // namespace pinhole::test
