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

net::Endpoint at(const char* address) {
  return {net::IpAddress::parse(address).value(), 21};
}

alg::Policy policy_for(const app::Settings& settings, const char* server) {
  alg::NatView view;
  view.server = view.dialed = at(server);
  return *settings.policies().of(view);
}

constexpr const char* kSections = R"(min-data-port = 2000
fxp = 192.0.2.0/24
[server 10.1.0.0/16]
tls = deny
fxp = 192.0.3.0/24
fxp = 192.0.4.0/24
[server 10.0.0.0/8]   
tls = allow
on-refusal = reset
  [ server 2001:db8::/32 ]
)";

TEST(Sections, AreOneServersPolicy) {
  const auto settings =
      settings_of_file(std::string(kSections).replace(std::string(kSections).find("[ server"), 8, "[server"));
  const auto other = policy_for(settings, "198.51.100.1");
  EXPECT_EQ(other.on_refusal, alg::OnRefusal::mask);
  EXPECT_EQ(other.min_data_port, 2000);
  const auto large = policy_for(settings, "10.2.0.1");
  EXPECT_EQ(large.on_refusal, alg::OnRefusal::reset);
  EXPECT_EQ(large.min_data_port, 2000);
  EXPECT_EQ(large.tls, alg::Tls::allow);
  EXPECT_EQ(large.fxp.size(), 1u);
  const auto small = policy_for(settings, "10.1.0.1");
  EXPECT_EQ(small.on_refusal, alg::OnRefusal::reset) << "from the network around it";
  EXPECT_EQ(small.tls, alg::Tls::deny);
  ASSERT_EQ(small.fxp.size(), 2u) << "in place of the general ones";
  EXPECT_EQ(small.fxp[0].to_string(), "192.0.3.0/24");
}

TEST(Sections, HoldAgainstTheCommandLine) {
  const auto settings = settings_of_file("[server 10.0.0.1]\ntls = allow\n", parse({"--tls=deny"}));
  EXPECT_EQ(policy_for(settings, "10.0.0.1").tls, alg::Tls::allow);
  EXPECT_EQ(policy_for(settings, "10.0.0.2").tls, alg::Tls::deny);
}

TEST(Sections, MistakesAreNamedWithTheirLine) {
  const std::vector<std::pair<const char*, const char*>> rows{
      {"[server 10.0.0.1]\nqueues = 2\n", "pinhole.conf:2: queues applies to all servers"},
      {"[server 10.0.0.1]\ntls = perhaps\n", "pinhole.conf:2: tls: 'perhaps' is not allow or deny"},
      {"[server 10.0.0.1]\ncolour = blue\n", "pinhole.conf:2: "},
      {"[server 10.0.0.1]\ntls = deny\ntls = deny\n", "pinhole.conf:3: tls was already set in line 2"},
      {"\n[server 10.0.0.1]\n[server 10.0.0.1/32]\n",
       "pinhole.conf:3: this section already appears in line 2"},
      {"[server here]\n", "pinhole.conf:1: '[server here]' is not a section"},
      {"[servers 10.0.0.1]\n", "pinhole.conf:1: '[servers 10.0.0.1]' is not a section"},
      {"[server 10.0.0.1\n", "pinhole.conf:1: '[server 10.0.0.1' is not a section"},
      {"[server 10.0.0.1]\nfxp = 1\n", "pinhole.conf:2: fxp: '1' is not an IPv4 or IPv6 network"},
  };
  for (const auto& [text, message] : rows) {
    EXPECT_THAT([text = text] { settings_of_file(text); }, ThrowsMessage<UsageError>(HasSubstr(message)))
        << text;
  }
}

}  // namespace
}  // namespace pinhole::test
