// The scripted sessions between real sockets, through a router's kernel; its log tells what was decided.

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <ostream>
#include <regex>
#include <sstream>
#include <thread>

#include "conversation.hpp"
#include "expectations.hpp"
#include "site.hpp"
#include "support/scripted_session.hpp"
#include "support/socket_options.hpp"

namespace pinhole::test {

namespace {

// What the program's log says of one control connection.
struct Told {
  std::vector<std::string> decisions;
  std::string not_ftp;
};

Told told_in(const std::string& log, const std::string& connection) {
  static const std::regex decision(
      R"(^(?:(\S+)(?: \S+)?(?: rewritten to \S+)?: )?(open|refuse|ignore|would refuse), ([a-z-]+))");
  static const std::regex not_ftp(R"(gets no pinholes, ([a-z-]+))");
  Told told;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find(connection);
    if (at == line.npos) continue;
    std::smatch part;
    const auto rest = line.substr(at + connection.size());
    if (std::regex_search(rest, part, not_ftp)) {
      told.not_ftp = part.str(1);
    } else if (const auto text = rest.substr(std::min(rest.size(), std::size_t{2}));
               std::regex_search(text, part, decision)) {
      told.decisions.push_back((part.length(1) > 0 ? part.str(1) + ": " : "") + part.str(2) + ", " +
                               part.str(3));
    }
  }
  return told;
}

std::string written(const Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]:" : address.host + ":") + std::to_string(address.port);
}

class Scripted : public testing::TestWithParam<std::tuple<std::string, ScriptedSession>> {
 protected:
  void SetUp() override;

  const ScriptedSession& session() const { return std::get<1>(GetParam()); }
  Family family() const { return session().ipv6 ? Family::ipv6 : Family::ipv4; }
  const Lab& lab() const { return site_->lab(); }

  /// The log is written a little later: waits until it `has_all`, and then for what should not be there.
  std::string log_since(std::size_t before, const std::function<bool(const std::string&)>& has_all) const {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!has_all(site_->gateway().log().substr(before)) && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(Milliseconds{5});
    }
    std::this_thread::sleep_for(Milliseconds{20});
    return site_->gateway().log().substr(before);
  }
  const std::string& address(const char* of) const { return lab().address(of, family()); }
  Names names() const { return {address("client"), address("dialed"), address("server"), address("seen")}; }
  /// Sends the step's bytes and compares what arrives of them.
  void take(const Step& step, LabConversation& talk) const;

  Site* site_ = nullptr;
};

// One file for all sessions: the program reads it at its start.
void Scripted::SetUp() {
  static const TemporaryDirectory directory;
  const auto file = directory.path() / "pinhole.conf";
  if (!std::filesystem::exists(file)) std::ofstream(file) << "";
  site_ = Site::at({.topology = std::get<0>(GetParam()), .more = {"--config", file}});
  PINHOLE_NEEDS(site_);
  const auto policy = "log-level = debug\n" + names().expand(session().policy);
  if (policy == content_of(file)) return;
  std::ofstream(file) << policy;
  site_->gateway().end(SIGTERM);
  site_->gateway().start();
}

void Scripted::take(const Step& step, LabConversation& talk) const {
  auto& from = step.by_client ? talk.client() : talk.server();
  auto& to = step.by_client ? talk.server() : talk.client();
  const auto text = names().expand(step.sent);
  std::string heard;
  std::string_view rest = text;
  while (!rest.empty()) {  // more may be said than buffers hold
    const auto sent = send_some(from, rest);
    rest.remove_prefix(sent);
    if (rest.empty()) break;
    const auto got = read_bytes(to, 8192, sent > 0 ? Milliseconds{1} : kPatience);
    if (sent == 0 && got.empty()) break;
    heard += got;
  }
  const auto expected = arrival_of(step, names());
  if (expected) {
    heard += read_bytes(to, expected->size() - std::min(expected->size(), heard.size()));
    EXPECT_EQ(heard, *expected) << "after " << text.substr(0, 200);
    return;
  }
  for (auto more = heard; !heard.ends_with('\n'); heard += more) {
    more = read_bytes(to, 1);
    if (more.empty()) break;
  }
  EXPECT_TRUE(heard.ends_with('\n')) << "after " << text.substr(0, 200);
}

TEST_P(Scripted, is_decided_as_expected) {
  const auto before = site_->gateway().log().size();
  LabConversation talk(lab(), family());
  const auto connection = written(talk.client().local()) + " -> " + written(talk.client().peer());
  for (const auto& step : session().steps) {
    if (step.closed_port != 0) {
      const auto port = "dport=" + std::to_string(step.closed_port) + " ";
      EXPECT_EQ(expectations(lab()).find(port), std::string::npos);
    } else {
      take(step, talk);
    }
    if (HasFailure()) break;
  }
  if (session().reset) {
    EXPECT_TRUE(broken(talk.client()));
    EXPECT_TRUE(broken(talk.server()));
  } else if (!HasFailure()) {
    talk.hang_up();
  }
  const auto log = log_since(before, [&](const std::string& text) {
    const auto told = told_in(text, connection);
    return told.decisions.size() >= session().decisions.size() && told.not_ftp == session().not_ftp;
  });
  const auto told = told_in(log, connection);
  EXPECT_EQ(told.decisions, session().decisions) << log;
  EXPECT_EQ(told.not_ftp, session().not_ftp) << log;
  EXPECT_EQ(log.find(kPassword), log.npos);
  if (!HasFailure()) {
    EXPECT_EQ(expectations_after(lab(), Milliseconds{1'000}), "");
  }
}

auto played_in(const std::string& topology, bool clients_are_masked) {
  return testing::Combine(testing::Values(topology),
                          testing::ValuesIn(scripted_sessions(clients_are_masked)));
}
std::string session_name(const testing::TestParamInfo<Scripted::ParamType>& instance) {
  return std::get<1>(instance.param).name;
}
INSTANTIATE_TEST_SUITE_P(Masquerade, Scripted, played_in("masquerade", true), session_name);
INSTANTIATE_TEST_SUITE_P(Dnat, Scripted, played_in("dnat", false), session_name);

}  // namespace
}  // namespace pinhole::test
