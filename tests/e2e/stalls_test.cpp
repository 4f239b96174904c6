// Real stacks at rest: idle connections that are probed, receivers that do not read, senders that are killed
// in the middle of a line.

#include <thread>

#include "support/socket_options.hpp"
#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

class Stalls : public SessionTest {
 protected:
  // Longer than set_keep_alive()'s patience: had a probe found no answer, the connection would be gone.
  static constexpr Milliseconds kIdle{2'300};

  std::string offer(const Listener& listener) const {
    return announcement(active_mode(family()), listener.local()) + "\r\n";
  }
};

TEST_P(Stalls, keep_alive_on_an_idle_session) {
  for (const auto mode : modes_of(family())) expect_data(negotiate_in(mode));
  expect_in_step();
  set_keep_alive(talk().client());
  set_keep_alive(talk().server());
  std::this_thread::sleep_for(kIdle);
  expect_in_step();
  expect_data(negotiate_in(active_mode(family())));
}

TEST_P(Stalls, fin_in_mid_line) {
  const auto listener = listen_at(Role::client);
  talk().client().send(offer(listener).substr(0, 12));
  EXPECT_TRUE(all_acknowledged(talk().client()));
  talk().client().end();
  EXPECT_EQ(read_bytes(talk().server(), 12), offer(listener).substr(0, 12));
  EXPECT_TRUE(ended(talk().server()));
}

TEST_P(Stalls, reset_in_mid_line) {
  const auto listener = listen_at(Role::client);
  EXPECT_EQ(talk().to_client("200 ok"), "200 ok");
  talk().client().send(offer(listener).substr(0, 12));
  EXPECT_TRUE(all_acknowledged(talk().client()));
  talk().client().reset();
  EXPECT_TRUE(broken(talk().server()));
}

TEST_P(Stalls, reset_of_the_server_in_mid_line) {
  const auto listener = listen_at(Role::server);
  EXPECT_EQ(talk().to_server(verb_of(passive_mode(family()))), verb_of(passive_mode(family())));
  talk().server().send(announcement(passive_mode(family()), listener.local()).substr(0, 12));
  EXPECT_TRUE(all_acknowledged(talk().server()));
  talk().server().reset();
  EXPECT_TRUE(broken(talk().client()));
}

// A receiver with a small buffer that does not read for a while: its window closes in front of an
// announcement or in the middle of it.
class ClosedWindow : public Stalls {
 protected:
  static constexpr int kLines = 300;
  static constexpr int kPlaces[] = {20, 45, 250};  // where the announcement stands

  void SetUp() override {
    expect_waits(
        "a line that grows does not fit into a window that its sender has filled: its rest comes again");
    enter({});
  }

  std::unique_ptr<LabConversation> narrow_session() {
    auto session = std::make_unique<LabConversation>(lab(), family(), 21, Origin{{}, {}, 2'304});
    session->log_in();
    return session;
  }

  // Sends `said` while nobody reads, then reads all its lines.
  static std::vector<std::string> exchange(const Socket& from, Socket& to, std::string_view said) {
    std::vector<std::string> heard;
    const auto send_more = [&] { said.remove_prefix(send_some(from, said)); };
    send_more();
    std::this_thread::sleep_for(Milliseconds{250});
    EXPECT_FALSE(all_acknowledged(from, Milliseconds{0})) << "the window never closed";
    while (heard.size() < kLines) {
      send_more();
      auto line = to.line();
      if (!line) break;
      heard.push_back(std::move(*line));
    }
    return heard;
  }

  static std::string ordinary(const std::string& begin, int number) {
    return begin + " with something like number " + std::to_string(number);
  }

  void expect_heard(const std::vector<std::string>& heard, const std::string& begin, int place, Mode mode,
                    const Listener& listener) {
    ASSERT_EQ(heard.size(), static_cast<std::size_t>(kLines));
    for (int i = 1; i <= kLines; ++i) {
      const auto& line = heard[static_cast<std::size_t>(i - 1)];
      if (i == place) {
        expect_announced(line, mode, listener);
      } else {
        ASSERT_EQ(line, ordinary(begin, i));
      }
    }
    const auto from = is_passive(mode) ? Role::client : Role::server;
    const Address to{address(is_passive(mode) ? "dialed" : "seen"), listener.local().port};
    EXPECT_TRUE(dial(lab(), from, to) && listener.accept());
  }
};

TEST_P(ClosedWindow, of_the_server) {
  for (const auto place : kPlaces) {
    const auto session = narrow_session();
    const auto listener = listen_at(Role::client);
    std::string said;
    for (int i = 1; i <= kLines; ++i) said += i == place ? offer(listener) : ordinary("HELP", i) + "\r\n";
    const auto heard = exchange(session->client(), session->server(), said);
    expect_heard(heard, "HELP", place, active_mode(family()), listener);
    ASSERT_FALSE(HasFailure()) << "at " << place;
  }
}

TEST_P(ClosedWindow, of_the_client) {
  const auto mode = passive_mode(family());
  for (const auto place : kPlaces) {
    const auto session = narrow_session();
    const auto listener = listen_at(Role::server);
    std::string said;
    for (int i = 1; i <= kLines; ++i) {
      const auto command = std::string(i == place ? verb_of(mode) : "NOOP");
      ASSERT_EQ(session->to_server(command), command);
      said += (i == place ? announcement(mode, listener.local()) : ordinary("200", i)) + "\r\n";
    }
    const auto heard = exchange(session->server(), session->client(), said);
    expect_heard(heard, "200", place, mode, listener);
    ASSERT_FALSE(HasFailure()) << "at " << place;
  }
}

INSTANTIATE_TEST_SUITE_P(Across, Stalls, testing::ValuesIn(translated_ways()), way_name);
INSTANTIATE_TEST_SUITE_P(Across, ClosedWindow, testing::ValuesIn(translated_ways()), way_name);

}  // namespace
}  // namespace pinhole::test
