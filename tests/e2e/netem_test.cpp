// Sessions through links that lose, repeat, delay and reorder packets: every transfer is whole.
//
// Curls side by side that negotiate in different ways, each with dozens of transfers on one control
// connection, between addresses that are both translated. $PINHOLE_NETEM_TIMES (default 1) makes that many
// times as many transfers; more than once, every weather meets every way of negotiating.

#include "netem.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <ostream>
#include <vector>

#include "clients.hpp"
#include "conversation.hpp"
#include "site.hpp"
#include "waits.hpp"

namespace pinhole::test {
namespace {

constexpr int kUsualMss = 1'400;
constexpr int kTinyMss = 48;  // the least that Linux takes; a 227 is longer
// So that lost packets cost the test little time. Lost SYNs take their second.
constexpr Milliseconds kRtoMin{30};
constexpr Milliseconds kWeatherLimit{60'000};
// Some of TCP's timeouts in a row, each twice as long as the last.
const Milliseconds kLineLimit = patiently(Milliseconds{30'000});

int times() {
  const char* given = std::getenv("PINHOLE_NETEM_TIMES");
  return given != nullptr ? std::atoi(given) : 1;
}

using Ways = std::vector<std::pair<Mode, Family>>;
const Ways kPasvAndEprt{{Mode::pasv, Family::ipv4}, {Mode::eprt, Family::ipv6}};
const Ways kPortAndEpsv{{Mode::port, Family::ipv4}, {Mode::epsv, Family::ipv6}};

struct Weather {
  const char* name;
  Ways some_ways;      ///< a passive and an active one, of both families
  Arguments netem;     ///< percentages are one link's; the way has two
  int transfers = 24;  ///< of a session: one half fetches, the other stores
  std::size_t size = 3'000;
  int mss = kUsualMss;
  bool timestamps = true;
  /// How many of all transfers may fail: conntrack gives an expectation away to a SYN that was damaged on its
  /// way, and nothing is left for its repetition (docs/kernel.md).
  int lost_pinholes = 0;

  int fetches() const { return transfers / 2 * times(); }
  Ways ways() const {
    Ways result = some_ways;
    if (times() > 1) {
      const auto& others = some_ways == kPasvAndEprt ? kPortAndEpsv : kPasvAndEprt;
      result.insert(result.end(), others.begin(), others.end());
    }
    return result;
  }
  bool loses() const { return netem.front() == "loss"; }
};

void PrintTo(const Weather& weather, std::ostream* out) {
  *out << weather.name;
}

const Arguments kMixture{"loss", "2%",      "delay", "4ms", "4ms",     "duplicate",
                         "3%",   "reorder", "20%",   "50%", "corrupt", "1%"};

const std::vector<Weather> kWeathers{
    {.name = "loss_1", .some_ways = kPasvAndEprt, .netem = {"loss", "0.5%"}},
    {.name = "loss_5", .some_ways = kPortAndEpsv, .netem = {"loss", "2.5%"}},
    {.name = "loss_20", .some_ways = kPasvAndEprt, .netem = {"loss", "10%"}, .timestamps = false},
    {.name = "reorder", .some_ways = kPortAndEpsv, .netem = {"delay", "8ms", "reorder", "25%", "50%"}},
    {.name = "duplicate", .some_ways = kPasvAndEprt, .netem = {"duplicate", "10%"}},
    {.name = "delay", .some_ways = kPortAndEpsv, .netem = {"delay", "15ms", "8ms", "distribution", "normal"}},
    {.name = "mixture", .some_ways = kPasvAndEprt, .netem = kMixture, .lost_pinholes = 2},
    {.name = "tiny_segments",
     .some_ways = kPortAndEpsv,
     .netem = {"loss", "2.5%", "duplicate", "2%"},
     .size = 300,
     .mss = kTinyMss},
};

/// Every file is another one, so that none can stand for another.
std::string content(const std::string& name, std::size_t size) {
  std::string text;
  while (text.size() < size) text += name + ' ' + std::to_string(text.size()) + '\n';
  return text;
}

int occurrences(std::string_view text, std::string_view of) {
  int count = 0;
  for (auto at = text.find(of); at != std::string_view::npos; at = text.find(of, at + 1)) ++count;
  return count;
}

class InBadWeather : public testing::TestWithParam<Weather> {
 protected:
  void SetUp() override {
    expect_waits("the weather loses packets");
    site_ = Site::at({.topology = "both", .server = server(), .more = options()});
    PINHOLE_NEEDS(site_);
    const auto missing = Netem::obstacle(lab());
    if (!missing.empty()) GTEST_SKIP() << "not tested: " << missing;
    set_tcp(lab(), {weather().mss, kRtoMin, weather().timestamps});
  }
  virtual std::string server() const { return "vsftpd"; }
  virtual Arguments options() const { return {}; }
  const Lab& lab() const { return site_->lab(); }
  static const Weather& weather() { return GetParam(); }

 private:
  Site* site_ = nullptr;
};

// One client's files, and what must become of them.
class Transfers {
 public:
  Transfers(const Lab& lab, Mode mode, Family family, const Weather& weather)
      : lab_(lab), mode_(mode), weather_(weather), into_("incoming/" + std::string(name_of(mode)) + "/") {
    std::filesystem::create_directory(lab.served() / into_);
    std::filesystem::permissions(lab.served() / into_, std::filesystem::perms::all);
    for (int i = 1; i <= weather.fetches(); ++i) {
      std::ofstream(lab.served() / std::to_string(i)) << fetched(i);
      std::ofstream(directory_.path() / ("upload-" + std::to_string(i))) << stored(i);
    }
    const Series series{.count = weather.fetches(), .directory = directory_.path(), .into = into_};
    curl_ = std::make_unique<Process>(
        lab.in(Role::client, curl_series(lab.address("dialed", family), mode, series)));
  }

  /// Each transfer is asked for its own result; returns how many have failed as the weather may make them.
  int expect_all() {
    const auto status = curl_->wait(kWeatherLimit * times());
    const Finished session{status.value_or(kTimedOut), curl_->output(), curl_->errors()};
    EXPECT_TRUE(status.has_value()) << "curl did not end\n" << session.errors;
    EXPECT_EQ(occurrences(session.errors, "< 220"), 1) << "not one control connection\n" << session.errors;
    EXPECT_GE(occurrences(session.errors, "> " + std::string(verb_of(mode_))), 2 * weather_.fetches());
    const auto results = results_in(session);
    EXPECT_EQ(results.size(), 2u * static_cast<std::size_t>(weather_.fetches())) << session.errors;
    int failed = 0;
    for (std::size_t at = 0; at < results.size(); ++at) {
      if (!expect_result(static_cast<int>(at), results[at], session.errors)) ++failed;
    }
    std::filesystem::remove_all(lab_.served() / into_);
    return failed;
  }

 private:
  /// True if it succeeded, false if it failed at its data connection and said so.
  bool expect_result(int at, const Result& result, const std::string& transcript) const {
    const bool fetch = at < weather_.fetches();
    const int i = (fetch ? at : at - weather_.fetches()) + 1;
    const auto name =
        (fetch ? "fetch " : "upload ") + std::to_string(i) + " by " + std::string(verb_of(mode_));
    const auto file = fetch ? directory_.path() / ("fetched-" + std::to_string(i))
                            : lab_.served() / into_ / ("upload-" + std::to_string(i));
    if (result.exit_code != 0 && weather_.lost_pinholes > 0) {
      EXPECT_NE(result.reply, 226) << name << '\n' << transcript;
      return false;
    }
    EXPECT_EQ(result.exit_code, 0) << name << '\n' << transcript;
    EXPECT_EQ(result.reply, 226) << name << '\n' << transcript;
    EXPECT_EQ(fetch ? result.fetched : result.stored, (fetch ? fetched(i) : stored(i)).size()) << name;
    EXPECT_TRUE(content_of(file) == (fetch ? fetched(i) : stored(i))) << name << '\n' << transcript;
    return true;
  }

  std::string fetched(int i) const { return content("file " + std::to_string(i), weather_.size); }
  std::string stored(int i) const { return content(into_ + std::to_string(i), weather_.size); }

  const Lab& lab_;
  Mode mode_;
  const Weather& weather_;
  std::string into_;
  TemporaryDirectory directory_;
  std::unique_ptr<Process> curl_;
};

TEST_P(InBadWeather, every_transfer_is_whole) {
  const Netem netem(lab(), weather().netem);
  std::vector<std::unique_ptr<Transfers>> sessions;
  for (const auto& [mode, family] : weather().ways()) {
    sessions.push_back(std::make_unique<Transfers>(lab(), mode, family, weather()));
  }
  int failed = 0;
  for (const auto& session : sessions) failed += session->expect_all();
  EXPECT_LE(failed, weather().lost_pinholes);
  if (failed > 0) std::printf("%d transfers lost their pinhole to a damaged SYN\n", failed);
  if (weather().loses()) {
    EXPECT_GT(netem.lost(), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Netem, InBadWeather, testing::ValuesIn(kWeathers),
                         [](const auto& instance) { return std::string(instance.param.name); });

// Lines that come a byte at a time are acknowledged locally, while some of those bytes, those acknowledgments
// and the completed lines are lost.
class SplitInBadWeather : public InBadWeather {
 protected:
  std::string server() const override { return ""; }
  /// An emulated machine's timers are slow, and its TCP measures long round trips.
  Arguments options() const override { return {"--line-timeout", "300"}; }

  static void send_bytes(const Socket& socket, std::string_view text) {
    for (; !text.empty(); text.remove_prefix(1)) socket.send(text.substr(0, 1));
  }
};

TEST_P(SplitInBadWeather, arrive_rewritten) {
  LabConversation talk(lab(), Family::ipv4);
  talk.log_in();
  const Netem netem(lab(), weather().netem);
  for (int i = 0; i < weather().transfers * times(); ++i) {
    const Listener at_client(lab(), Role::client, {lab().address("client"), 0});
    const Listener at_server(lab(), Role::server, {lab().address("server"), 0});
    send_bytes(talk.client(), "PORT " + comma_form(at_client.local()) + "\r\nPASV\r\n");
    const auto port = talk.server().line(kLineLimit);
    ASSERT_TRUE(port.has_value()) << i;
    EXPECT_EQ(announced_in(*port), (Address{lab().address("seen"), at_client.local().port})) << *port;
    ASSERT_EQ(talk.server().line(kLineLimit), "PASV") << i;
    send_bytes(talk.server(), "200 ok\r\n227 (" + comma_form(at_server.local()) + ")\r\n");
    ASSERT_EQ(talk.client().line(kLineLimit), "200 ok") << i;
    const auto reply = talk.client().line(kLineLimit);
    ASSERT_TRUE(reply.has_value()) << i;
    EXPECT_EQ(announced_in(*reply), (Address{lab().address("dialed"), at_server.local().port})) << *reply;
    EXPECT_TRUE(dial(lab(), Role::client, {lab().address("dialed"), at_server.local().port}, kLineLimit))
        << i;
  }
  EXPECT_GT(netem.lost(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Netem, SplitInBadWeather,
    testing::Values(Weather{.name = "loss_5", .some_ways = {}, .netem = {"loss", "2.5%"}},
                    Weather{.name = "mixture", .some_ways = {}, .netem = kMixture}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace pinhole::test
