// What people who run servers and clients have reported, as captures, each with what must come out
// (README.md there). They are not part of this repository: the environment variable PINHOLE_REPORTS names
// their directory, or they lie in ../shared/reports beside the checkout.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "played.hpp"
#include "program.hpp"

namespace pinhole::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

fs::path directory() {
  if (const char* named = std::getenv("PINHOLE_REPORTS")) return named;
  return fs::path(PINHOLE_CHECKOUT) / ".." / "shared" / "reports";
}

bool has_all(const Json& object, const Json& members) {
  for (const auto& [key, value] : members.items()) {
    if (!object.contains(key) || object[key] != value) return false;
  }
  return true;
}

net::Endpoint endpoint_of(const std::string& text) {
  const auto colon = text.rfind(':');
  const bool v6 = text.front() == '[';
  return endpoint(v6 ? text.substr(1, colon - 2) : text.substr(0, colon),
                  static_cast<net::Port>(std::stoi(text.substr(colon + 1))));
}

/// [["s", "227 ("], ["!c", "PORT 10"]]: what the far side reads of whom, and what it does not.
void expect_far(const Json& expected, const std::string& file, const Json& flow) {
  const pcap::Reader reader(file);
  const FarReading far(reader.link_type(), read_file(file));
  const auto seen = endpoint_of(flow["seen"]), dialed = endpoint_of(flow["dialed"]);
  for (const auto& item : expected) {
    const std::string side = item[0], text = item[1];
    const auto said = side.back() == 'c' ? far.text(seen, dialed) : far.text(dialed, seen);
    EXPECT_EQ(said.find(text) != std::string::npos, side.front() != '!') << said;
  }
}

void expect_report(const fs::path& folder, const Json& expected) {
  SCOPED_TRACE(folder.filename().string() + ' ' + expected.value("name", ""));
  const TemporaryFile far;
  auto arguments = expected.at("options").get<std::vector<std::string>>();
  for (const auto& word :
       {std::string("--json"), std::string("-w"), far.path(), (folder / "in.pcap").string()})
    arguments.push_back(word);
  const auto result = run_replay(arguments);
  EXPECT_EQ(result.status, 0) << result.errors;
  const auto actual = Json::parse(result.output, nullptr, false);
  ASSERT_TRUE(actual.is_object()) << result.output << result.errors;

  const auto& negotiations = actual["negotiations"];
  const auto& wanted = expected.at("negotiations");
  const bool extra = expected.value("extra", false);
  EXPECT_TRUE(extra || negotiations.size() == wanted.size()) << negotiations;
  std::size_t next = 0;
  for (const auto& each : wanted) {
    while (extra && next < negotiations.size() && !has_all(negotiations[next], each)) ++next;
    ASSERT_LT(next, negotiations.size()) << each;
    EXPECT_TRUE(has_all(negotiations[next], each)) << negotiations[next] << each;
    ++next;
  }
  auto passes = Json::array();
  for (const auto& data : actual["data_connections"]) passes.push_back(data["passes"]);
  EXPECT_EQ(passes, expected.at("passes"));
  for (const auto& flow : actual["flows"]) EXPECT_EQ(flow["foreign"], expected.value("foreign", Json()));
  if (expected.contains("far")) expect_far(expected["far"], far.path(), actual["flows"].at(0));
}

TEST(Reports, ComeOutAsTheyMust) {
  if (!fs::exists(directory())) GTEST_SKIP() << "no reports: set PINHOLE_REPORTS to the directory with them";
  int played = 0;
  for (const auto& entry : fs::directory_iterator(directory())) {
    if (!entry.is_directory()) continue;
    std::ifstream stream(entry.path() / "expected.json");
    const auto expected = Json::parse(stream, nullptr, false);
    ASSERT_FALSE(expected.is_discarded()) << entry.path();
    for (const auto& each : expected.is_array() ? expected : Json::array({expected}))
      expect_report(entry.path(), each);
    ++played;
  }
  EXPECT_GT(played, 0);
}

}  // namespace
}  // namespace pinhole::test
