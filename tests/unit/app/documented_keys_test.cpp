// Every key, and its default, as the documents and the program's own help say it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include "app/arguments.hpp"
#include "app/keys.hpp"

namespace pinhole::test {
namespace {

using app::Settings;

const std::string kConfiguration = PINHOLE_CHECKOUT "/rules/pinhole.conf";
const std::string kManual = PINHOLE_CHECKOUT "/docs/pinhole.conf.5";

/// Lists that are empty unless something is set: no value says so.
const std::set<std::string> kEmpty{"external-address", "fxp", "data-nodes", "allow-commands",
                                   "deny-commands"};

std::vector<const app::Key*> all_keys() {
  std::vector<const app::Key*> all;
  for (const auto keys : {app::gateway_keys(), app::queue_keys(), app::policy_keys()}) {
    for (const auto& key : keys) all.push_back(&key);
  }
  return all;
}

std::vector<std::string> lines_of(const std::string& name) {
  std::ifstream file(name);
  EXPECT_TRUE(file) << name;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

using Stated = std::multimap<std::string, std::string>;
/// Key and value of the lines that match `form`, up to the first section.
Stated stated_in(const std::string& file, const char* form) {
  Stated stated;
  const std::regex regex(form);
  for (const auto& line : lines_of(file)) {
    std::smatch match;
    if (line.starts_with("#    [")) break;
    if (std::regex_match(line, match, regex)) stated.emplace(match[1], match[2]);
  }
  return stated;
}

/// What the defaults become by setting `key`; nothing if the value is none.
std::optional<Settings> defaults_with(const app::Key& key, const std::string& value) {
  Settings settings;
  return key.set(value, settings) ? std::optional(settings) : std::nullopt;
}

void expect_default(const app::Key& key, const Stated& stated, const std::string& where) {
  ASSERT_EQ(stated.count(key.name), 1u) << where << " does not state the default of " << key.name << " once";
  const auto& value = stated.find(key.name)->second;
  if (kEmpty.contains(key.name)) return;
  EXPECT_EQ(defaults_with(key, value), Settings{}) << where << ": " << key.name << " = " << value;
}

TEST(DocumentedKeys, TheConfigurationFileHasEveryDefault) {
  const auto defaults = stated_in(kConfiguration, "#([a-z-]+) = (.*)");
  const auto examples = stated_in(kConfiguration, "#    ([a-z-]+) = (.*)");
  for (const auto* key : all_keys()) {
    if (!kEmpty.contains(key->name)) {
      expect_default(*key, defaults, kConfiguration);
      continue;
    }
    ASSERT_EQ(examples.count(key->name), 1u) << kConfiguration << " has no example of " << key->name;
    const auto set = defaults_with(*key, examples.find(key->name)->second);
    ASSERT_TRUE(set) << key->name;
    EXPECT_NE(*set, Settings{}) << key->name;
  }
}

TEST(DocumentedKeys, TheConfigurationFileHasNoOthers) {
  for (const auto& line : lines_of(kConfiguration)) {
    std::smatch match;
    if (!std::regex_match(line, match, std::regex("#(?:    )?([a-z-]+) = .*"))) continue;
    EXPECT_NE(app::find_key(match[1].str()), nullptr) << line;
  }
}

TEST(DocumentedKeys, TheConfigurationFileReadsWithAllThatIsCommentedOut) {
  std::string text;
  for (const auto& line : lines_of(kConfiguration)) {
    text += std::regex_replace(line, std::regex("^#(    )?(?=[a-z-]+ = |\\[)"), "") + "\n";
  }
  std::istringstream file(text);
  boost::program_options::variables_map values;
  app::parse_file(file, kConfiguration, values);
  const auto settings = app::settings_from(values);
  ASSERT_EQ(settings.by_server.size(), 1u);
  EXPECT_NE(settings.by_server.front().second, settings.policy);
}

TEST(DocumentedKeys, TheManualExplainsEachAndHasItsDefaultInATable) {
  const auto explained = stated_in(kManual, "\\.It Cm ([a-z-]+) = (.*)");
  const auto table = stated_in(kManual, "\\.It Cm ([a-z-]+) Ta (.*?) Ta .*");
  for (const auto* key : all_keys()) {
    EXPECT_EQ(explained.count(key->name), 1u) << kManual << " does not explain " << key->name << " once";
    expect_default(*key, table, kManual);
  }
  for (const auto& stated : {explained, table}) {
    for (const auto& [name, value] : stated) EXPECT_NE(app::find_key(name), nullptr) << name;
  }
}

TEST(DocumentedKeys, TheManualsExamplesRead) {
  std::vector<std::string> examples;
  bool in_examples = false, in_display = false;
  for (const auto& line : lines_of(kManual)) {
    if (line.starts_with(".Sh ")) in_examples = line == ".Sh EXAMPLES";
    if (line == ".Ed") in_display = false;
    if (in_examples && in_display) examples.back() += line + "\n";
    if (in_examples && line.starts_with(".Bd ")) {
      in_display = true;
      examples.emplace_back();
    }
  }
  EXPECT_EQ(examples.size(), 3u);
  for (const auto& example : examples) {
    std::istringstream file(example);
    boost::program_options::variables_map values;
    app::parse_file(file, "example", values);
    EXPECT_EQ(app::settings_from(values).by_server.size(), 2u) << example;
  }
}

TEST(DocumentedKeys, HelpHasEveryDefault) {
  for (const auto* key : all_keys()) {
    std::smatch match;
    const std::string help = key->help;
    const bool found = std::regex_match(help, match, std::regex(".*\\(default (.*)\\)"));
    if (kEmpty.contains(key->name)) continue;
    ASSERT_TRUE(found) << key->name;
    EXPECT_EQ(defaults_with(*key, match[1]), Settings{}) << key->name << ": " << help;
  }
}

}  // namespace
}  // namespace pinhole::test
