// The captures of pcaps/: each folder has in.pcap, expected.json (what --json prints), perhaps options (one
// line of command-line options), and README.md, which says where it comes from and what it shows.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "dissector.hpp"
#include "played.hpp"
#include "program.hpp"

namespace pinhole::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::vector<fs::path> cases() {
  std::vector<fs::path> folders;
  const fs::path all = fs::path(PINHOLE_CHECKOUT) / "pcaps";
  if (!fs::exists(all)) return folders;
  for (const auto& entry : fs::directory_iterator(all)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::vector<std::string> words_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// What differs, as JSON Patch operations from the expected to the actual: readable, and empty if nothing
/// does.
void expect_same(const Json& expected, const std::string& output) {
  const auto actual = Json::parse(output, nullptr, false);
  ASSERT_FALSE(actual.is_discarded()) << output;
  for (const auto* key : {"flows", "negotiations", "data_connections"}) {
    EXPECT_TRUE(expected.contains(key)) << key;
    EXPECT_EQ(Json::diff(expected.value(key, Json()), actual.value(key, Json())), Json::array()) << key;
  }
}

TEST(Cases, GiveWhatIsExpected) {
  const auto folders = cases();
  if (folders.empty()) GTEST_SKIP() << "pcaps/ is empty";
  for (const auto& folder : folders) {
    SCOPED_TRACE(folder.filename().string());
    EXPECT_TRUE(fs::exists(folder / "README.md"));
    ASSERT_TRUE(fs::exists(folder / "in.pcap"));
    std::ifstream stream(folder / "expected.json");
    const auto expected = Json::parse(stream, nullptr, false);
    ASSERT_TRUE(expected.is_object()) << "expected.json";

    const TemporaryFile far;
    auto arguments = words_of(folder / "options");
    for (const auto& word :
         {std::string("--json"), std::string("-w"), far.path(), (folder / "in.pcap").string()}) {
      arguments.push_back(word);
    }
    const auto result = run_replay(arguments);
    EXPECT_EQ(result.errors, "");
    EXPECT_EQ(result.status, 0);
    expect_same(expected, result.output);
    if (has_tshark() && complaints((folder / "in.pcap").string()).empty()) {
      EXPECT_EQ(complaints(far.path()), "");
    }
  }
}

}  // namespace
}  // namespace pinhole::test
