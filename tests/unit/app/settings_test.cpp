// What each key's value may be, and what is said about one that may not.

#include "app/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/program_options/parsers.hpp>

namespace pinhole::test {
namespace {

using app::UsageError;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

namespace po = boost::program_options;

app::Settings with(const std::string& key, const std::string& value) {
  po::options_description options;
  options.add(app::gateway_options()).add(app::queue_options());
  po::variables_map values;
  po::parsed_options parsed(&options);
  parsed.options.emplace_back(key, std::vector{value});
  po::store(parsed, values);
  return app::settings_from(values);
}

TEST(Settings, DefaultsAreTheCores) {
  const auto settings = app::settings_from({});
  EXPECT_EQ(settings.control_ports, std::vector<net::Port>{21});
  EXPECT_EQ(settings.policy.pinhole_timeout, std::chrono::seconds(300));
  EXPECT_FALSE(settings.policy.public_ports_only);
  EXPECT_FALSE(settings.fail_open);
}

TEST(Settings, RightValues) {
  EXPECT_EQ(with("control-ports", "21, 2121,65535").control_ports, (std::vector<net::Port>{21, 2121, 65535}));
  EXPECT_EQ(with("pinhole-timeout", "45").policy.pinhole_timeout, std::chrono::seconds(45));
  EXPECT_EQ(with("data-ports", "50000-50100").policy.data_ports, (alg::PortRange{50000, 50100}));
  EXPECT_EQ(with("public-ports", "50000-50000").policy.public_ports, (alg::PortRange{50000, 50000}));
  EXPECT_TRUE(with("public-ports", "50000-50000").policy.public_ports_only);
  EXPECT_FALSE(with("public-ports", "any").policy.public_ports_only);
  const auto address = [](const char* text) { return *net::IpAddress::parse(text); };
  EXPECT_EQ(with("data-nodes", "10.0.0.8, 10.0.0.9=203.0.113.9").policy.data_nodes,
            (std::vector<alg::DataNode>{{address("10.0.0.8"), address("10.0.0.8")},
                                        {address("10.0.0.9"), address("203.0.113.9")}}));
  EXPECT_EQ(with("external-address", "2001:db8::1").policy.external_addresses.front(),
            *net::IpAddress::parse("2001:db8::1"));
  EXPECT_EQ(with("log-level", "debug").log_level, app::LogLevel::debug);
  EXPECT_EQ(with("line-timeout", "3").policy.line_timeout, std::chrono::seconds(3));
  EXPECT_EQ(with("on-unfinished-line", "refuse").policy.on_unfinished_line, alg::UnfinishedLine::refuse);
  EXPECT_EQ(with("on-unfinished-line", "pass").policy.on_unfinished_line, alg::UnfinishedLine::pass);
  EXPECT_EQ(with("queues", "256").queues, 256u);
  EXPECT_EQ(with("queue-base", "65534").queue_base, 65534u);
  EXPECT_EQ(with("queue-length", "1").queue_length, 1u);
  EXPECT_EQ(with("socket-buffer", "65536").socket_buffer, 65536u);
  EXPECT_TRUE(with("fail", "open").fail_open);
}

TEST(Settings, WrongValuesAreNamedWithWhatWouldBeRight) {
  const std::vector<std::array<std::string, 3>> wrong{
      {"control-ports", "", "ports from 1 to 65535"},
      {"control-ports", "21,", "ports from 1 to 65535"},
      {"control-ports", "0", "ports from 1 to 65535"},
      {"control-ports", "65536", "ports from 1 to 65535"},
      {"control-ports", "ftp", "ports from 1 to 65535"},
      {"pinhole-timeout", "0", "seconds"},
      {"pinhole-timeout", "30s", "seconds"},
      {"pinhole-timeout", "-1", "seconds"},
      {"pinhole-timeout", "99999999999999999999", "seconds"},
      {"data-nodes", "10.0.0.8=", "10.0.0.8=203.0.113.8"},
      {"data-nodes", "=10.0.0.8", "10.0.0.8=203.0.113.8"},
      {"data-nodes", "10.0.0.8=2001:db8::8", "10.0.0.8=203.0.113.8"},
      {"data-nodes", "node", "10.0.0.8=203.0.113.8"},
      {"public-ports", "50000", "FIRST-LAST"},
      {"public-ports", "50000-40000", "FIRST-LAST"},
      {"public-ports", "0-1", "FIRST-LAST"},
      {"external-address", "192.0.2.0/24", "address"},
      {"external-address", "ftp.example.org", "address"},
      {"line-timeout", "0", "seconds"},
      {"on-unfinished-line", "drop", "pass or refuse"},
      {"log-level", "INFO", "warning"},
      {"queues", "0", "256"},
      {"queue-base", "65535", "65534"},
      {"queue-length", "0", "number"},
      {"socket-buffer", "1", "bytes"},
      {"fail", "", "closed or open"},
  };
  for (const auto& [key, value, expected] : wrong) {
    EXPECT_THAT(
        ([&key = key, &value = value] { with(key, value); }),
        ThrowsMessage<UsageError>(AllOf(HasSubstr(key), HasSubstr("'" + value + "'"), HasSubstr(expected))))
        << key << "=" << value;
  }
}

TEST(Settings, QueuesMustNotEndBeyondTheLastNumber) {
  po::options_description options;
  options.add(app::queue_options());
  po::variables_map values;
  po::store(po::command_line_parser({"--queues=2", "--queue-base=65534"}).options(options).run(), values);
  EXPECT_THROW(app::settings_from(values), UsageError);
}

TEST(Settings, OfAPolicy) {
  EXPECT_TRUE(with("observe", "yes").policy.observe);
  EXPECT_FALSE(with("require-login", "no").policy.require_login);
  EXPECT_EQ(with("on-refusal", "reset").policy.on_refusal, alg::OnRefusal::reset);
  EXPECT_EQ(with("on-not-ftp", "reset").policy.on_not_ftp, alg::OnNotFtp::reset);
  EXPECT_EQ(with("tls", "deny").policy.tls, alg::Tls::deny);
  EXPECT_EQ(with("deny-commands", "site, Dele").policy.deny_commands,
            (std::vector<std::string>{"SITE", "DELE"}));
  EXPECT_EQ(with("allow-commands", "RETR").policy.allow_commands, std::vector<std::string>{"RETR"});
  EXPECT_TRUE(with("allow-commands", "all").policy.allow_commands.empty());
  EXPECT_TRUE(with("deny-commands", "none").policy.deny_commands.empty());
  EXPECT_EQ(with("pasv-other-host", "refuse").policy.pasv_other_host, alg::PasvOtherHost::refuse);
  EXPECT_EQ(with("min-data-port", "1").policy.min_data_port, 1);
  EXPECT_EQ(with("max-command-length", "0").policy.max_command_length, 0u);
  EXPECT_EQ(with("max-reply-length", "1000").policy.max_reply_length, 1000u);
  EXPECT_EQ(with("max-outstanding-commands", "7").policy.max_outstanding_commands, 7u);
  EXPECT_EQ(with("commands-per-second", "8").policy.commands_per_second, 8u);
  EXPECT_EQ(with("pinholes-per-session", "9").policy.pinholes_per_session, 9u);
  EXPECT_EQ(with("sessions-per-client", "10").policy.sessions_per_client, 10u);
  EXPECT_EQ(with("idle-timeout", "11").policy.idle_timeout, std::chrono::seconds(11));
  EXPECT_EQ(with("max-sessions", "12").limits.flows, 12u);
}

TEST(Settings, NoCommandsAreWrong) {
  for (const auto* value : {"", "SITE,", "SITE DELE", "P ORT", "1ST", "GET", "ABCDEFGHIJKLM"}) {
    EXPECT_THROW(with("deny-commands", value), UsageError) << value;
  }
}

}  // namespace
}  // namespace pinhole::test
