// Command line and file together: who wins, and where a mistake is said to be.

#include "app/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/program_options/value_semantic.hpp>
#include <sstream>

#include "app/settings.hpp"

namespace pinhole::test {
namespace {

using app::UsageError;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

namespace po = boost::program_options;

po::variables_map parse(std::vector<std::string> words) {
  po::options_description options;
  options.add_options()("config", po::value<std::string>());
  options.add(app::gateway_options()).add(app::queue_options());
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  return app::parse_arguments(arguments, options);
}

app::Settings settings_of_file(const std::string& text, po::variables_map values = {}) {
  std::istringstream file(text);
  app::parse_file(file, "pinhole.conf", values);
  return app::settings_from(values);
}

TEST(Arguments, ACommandLineSets) {
  const auto settings = app::settings_from(parse({"--queues=4", "--fail", "open"}));
  EXPECT_EQ(settings.queues, 4u);
  EXPECT_TRUE(settings.fail_open);
}

TEST(Arguments, UnknownAbbreviatedRepeatedOrStrayWordsAreWrong) {
  for (const auto& words : {std::vector<std::string>{"--colour=blue"},
                            {"--queue=2"},
                            {"stray"},
                            {"--queues"},
                            {"--queues=1", "--queues=2"}}) {
    EXPECT_THROW(parse(words), UsageError) << words.front();
  }
}

TEST(Arguments, AFileThatIsNotThereIsNamed) {
  EXPECT_THAT(
      [] {
        parse({"--config", "/nonexistent/pinhole.conf"});
      },
      ThrowsMessage<UsageError>(AllOf(HasSubstr("/nonexistent/pinhole.conf"), HasSubstr("No such file"))));
}

TEST(Arguments, AWrongValueOnTheCommandLineIsSaidBeforeTheFileIsRead) {
  EXPECT_THAT(
      [] {
        parse({"--queues=0", "--config", "/nonexistent"});
      },
      ThrowsMessage<UsageError>(HasSubstr("queues: '0'")));
}

TEST(File, KeysCommentsAndBlanks) {
  const auto settings = settings_of_file(
      "# a comment\n\n  queues = 2  # behind a value\r\ncontrol-ports=21,2121\n"
      "external-address = 192.0.2.1\nexternal-address = 2001:db8::1\n");
  EXPECT_EQ(settings.queues, 2u);
  EXPECT_EQ(settings.control_ports, (std::vector<net::Port>{21, 2121}));
  EXPECT_EQ(settings.policy.external_addresses.size(), 2u);
}

TEST(File, TheCommandLineGoesBeforeItAndAddressesCollect) {
  const auto settings = settings_of_file("queues = 2\nqueue-base = 7\nexternal-address = 192.0.2.1\n",
                                         parse({"--queues=3", "--external-address=192.0.2.2"}));
  EXPECT_EQ(settings.queues, 3u);
  EXPECT_EQ(settings.queue_base, 7u);
  EXPECT_EQ(settings.policy.external_addresses.size(), 2u);
}

TEST(File, ASectionMayHaveEmptyLines) {
  const auto settings = settings_of_file("[server 192.0.2.1]\n\ntls = deny\n \t\r\n[server 192.0.2.2]\n\n");
  ASSERT_EQ(settings.by_server.size(), 2u);
  EXPECT_EQ(settings.by_server.front().second.tls, alg::Tls::deny);
}

TEST(File, AMistakeHasALine) {
  const std::vector<std::pair<std::string, std::string>> mistakes{
      {"queues = 2\nfail = perhaps\n", "pinhole.conf:2: fail: 'perhaps'"},
      {"colour = blue\n", "pinhole.conf:1: "},
      {"\n\nqueues\n", "pinhole.conf:3: "},
      {"queues = 1\nqueues = 2\n", "pinhole.conf:2: queues was already set in line 1"},
      {"[kernel]\nqueues = 1\n", "pinhole.conf:1: "},
      {"queues =\n", "pinhole.conf:1: queues: ''"},
  };
  for (const auto& [text, expected] : mistakes) {
    EXPECT_THAT([&text = text] { settings_of_file(text); }, ThrowsMessage<UsageError>(HasSubstr(expected)))
        << text;
  }
}

}  // namespace
}  // namespace pinhole::test
