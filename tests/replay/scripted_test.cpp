// The scripted sessions as captures, replayed behind every translation.

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <sstream>

#include "app/arguments.hpp"
#include "app/settings.hpp"
#include "played.hpp"
#include "support/scripted_session.hpp"

namespace pinhole::test {

namespace {

/// A router, by the hosts as a capture on its inner side shows them, and as they are seen on the other.
struct Router {
  const char *client, *dialed, *server, *seen;
  const char *client6, *dialed6, *server6, *seen6;
};

void PrintTo(const Router& router, std::ostream* out) {
  *out << router.client << " -> " << router.dialed;
}

// The written lengths differ, so that edits shift sequence numbers.
constexpr Router kSnat{"192.168.1.10", "198.51.100.2", "198.51.100.2", "203.0.113.7",
                       "fd00::a:10",   "2001:db8::2",  "2001:db8::2",  "2001:db8:a::7"};
constexpr Router kDnat{"192.0.2.9",   "203.0.113.7",   "10.0.0.2",  "192.0.2.9",
                       "2001:db8::9", "2001:db8:a::7", "fd00::a:2", "2001:db8::9"};
constexpr Router kRouted{"192.0.2.9",   "198.51.100.2", "198.51.100.2", "192.0.2.9",
                         "2001:db8::9", "2001:db8::2",  "2001:db8::2",  "2001:db8::9"};

constexpr net::Port kClientPort = 4000;
constexpr std::size_t kSegment = 1400;

class Scripted : public testing::TestWithParam<std::tuple<Router, ScriptedSession>> {
 protected:
  const Router& router() const { return std::get<0>(GetParam()); }
  const ScriptedSession& session() const { return std::get<1>(GetParam()); }
  Names names() const {
    const auto& r = router();
    return session().ipv6 ? Names(r.client6, r.dialed6, r.server6, r.seen6)
                          : Names(r.client, r.dialed, r.server, r.seen);
  }
  net::Endpoint endpoint(std::string_view name, net::Port port) const {
    return {net::IpAddress::parse(names().expand(name)).value(), port};
  }
  pcap::ReplayOptions options() const;
  Story story() const;
};

pcap::ReplayOptions Scripted::options() const {
  const auto rule = [this](const char* from, const char* to) -> std::vector<std::string> {
    const auto left = names().expand(from), right = names().expand(to);
    return left == right ? std::vector<std::string>{} : std::vector{left + "=" + right};
  };
  auto result = with_nat(rule("$CLIENT", "$SEEN"), rule("$DIALED", "$SERVER"));
  boost::program_options::variables_map values;
  std::istringstream file(names().expand(session().policy));
  app::parse_file(file, session().name, values);
  result.policies = app::settings_from(values).policies();
  return result;
}

Story Scripted::story() const {
  const auto client = endpoint("$CLIENT", kClientPort), server = endpoint("$SERVER", 21);
  Story story(client, server);
  story.open();
  for (const auto& step : session().steps) {
    if (step.closed_port != 0) {
      auto announced = step.by_client ? client : server;
      announced.port = step.closed_port;
      auto caller = step.by_client ? server : client;
      caller.port = step.by_client ? 20 : kClientPort + 1;
      story.syn(caller, announced);
    }
    const auto text = names().expand(step.sent);
    for (std::size_t at = 0; at < text.size(); at += kSegment) {
      const auto piece = std::string_view(text).substr(at, kSegment);
      step.by_client ? story.client(piece) : story.server(piece);
    }
  }
  // A capture goes on behind what would have been a reset, but nothing more is decided.
  session().reset ? story.client(names().expand("PORT $CLIENT,160,200\r\n")) : story.close();
  return story;
}

std::string decided(const pcap::Report::Negotiation& negotiation) {
  std::string text = alg::to_string(negotiation.form);
  text.append(": ").append(negotiation.observed ? "would refuse" : alg::to_string(negotiation.decision));
  return text.append(", ").append(alg::name_of(negotiation.reason));
}

std::string decided(const pcap::Report::Refusal& refusal) {
  std::string text = refusal.verb;
  text.append(text.empty() ? "" : ": ").append(refusal.observed ? "would refuse" : "refuse");
  return text.append(", ").append(alg::name_of(refusal.reason));
}

/// In the order of their frames.
std::vector<std::string> decisions_in(const pcap::Report& report) {
  std::vector<std::pair<std::uint64_t, std::string>> placed;
  for (const auto& negotiation : report.negotiations) {
    placed.emplace_back(negotiation.frame, decided(negotiation));
  }
  for (const auto& refusal : report.refusals) placed.emplace_back(refusal.frame, decided(refusal));
  std::ranges::stable_sort(placed, {}, [](const auto& decision) { return decision.first; });
  std::vector<std::string> decisions;
  for (auto& [frame, decision] : placed) decisions.push_back(std::move(decision));
  return decisions;
}

TEST_P(Scripted, IsDecidedAsExpected) {
  auto told = story();
  const auto played = play(told, options());
  const auto& report = played.report;

  EXPECT_EQ(decisions_in(report), session().decisions);
  ASSERT_EQ(report.flows.size(), 1u);
  const auto& not_ftp = report.flows[0].not_ftp;
  EXPECT_EQ(not_ftp ? alg::name_of(*not_ftp) : "", session().not_ftp);
  for (const auto& data : report.data_connections) EXPECT_FALSE(data.passes) << data.to.to_string();

  EXPECT_EQ(played.far.faults(), std::vector<std::string>{});
  const auto seen = endpoint("$SEEN", kClientPort), dialed = endpoint("$DIALED", 21);
  EXPECT_EQ(difference(session(), true, names(), played.far.text(seen, dialed)), "");
  EXPECT_EQ(difference(session(), false, names(), played.far.text(dialed, seen)), "");
}

auto played_by(const Router& router) {
  const bool masked = std::string_view(router.client) != router.seen;
  return testing::Combine(testing::Values(router), testing::ValuesIn(scripted_sessions(masked)));
}
std::string session_name(const testing::TestParamInfo<Scripted::ParamType>& instance) {
  return std::get<1>(instance.param).name;
}
INSTANTIATE_TEST_SUITE_P(Snat, Scripted, played_by(kSnat), session_name);
INSTANTIATE_TEST_SUITE_P(Dnat, Scripted, played_by(kDnat), session_name);
INSTANTIATE_TEST_SUITE_P(Routed, Scripted, played_by(kRouted), session_name);

}  // namespace
}  // namespace pinhole::test
