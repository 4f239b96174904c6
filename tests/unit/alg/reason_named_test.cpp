// Every reason that `pinhole explain` knows is what some test expects.
//
// Read from the tests' sources: a reason is named there as Reason::bounce, or as a string that ends with its
// name ("bounce", "PORT: refuse, bounce").

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "pinhole/alg/reason.hpp"

namespace pinhole::test {
namespace {

namespace fs = std::filesystem;

/// Tests and tables of sessions, but not those that go through all reasons.
bool counts(const fs::path& file) {
  if (file.filename() == "reason_test.cpp" || file.filename() == fs::path(__FILE__).filename()) return false;
  const bool test = file.filename().string().ends_with("_test.cpp");
  return test || (file.parent_path().filename() == "sessions" && file.extension() == ".cpp");
}

std::string all_tests() {
  std::ostringstream text;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(PINHOLE_CHECKOUT) / "tests")) {
    if (counts(entry.path())) text << std::ifstream(entry.path()).rdbuf();
  }
  return text.str();
}

bool is_part_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

/// Whether `name` stands in `text` behind `before` and is a name of its own.
bool stands_in(const std::string& text, const std::string& before, std::string_view name, char after) {
  const auto wanted = before + std::string(name);
  for (auto at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1)) {
    const char next = text[at + wanted.size()];
    if (after != '\0' ? next == after : !is_part_of_name(next)) return true;
  }
  return false;
}

bool is_named(const std::string& text, std::string_view name) {
  std::string enumerator(name);
  std::ranges::replace(enumerator, '-', '_');
  return stands_in(text, "Reason::", enumerator, '\0') || stands_in(text, "\"", name, '"') ||
         stands_in(text, ", ", name, '"');
}

TEST(Reasons, EachIsExpectedByATest) {
  const auto text = all_tests();
  std::vector<std::string_view> missing;
  for (const auto& reason : alg::all_reasons()) {
    if (!is_named(text, reason.name)) missing.push_back(reason.name);
  }
  EXPECT_THAT(missing, testing::IsEmpty());
}

}  // namespace
}  // namespace pinhole::test
