// Bytes that went by unheard, in the middle of a session: while the firewall was reloaded, or while the
// kernel's queue was full. Sessions go on, and negotiate if they were logged in before.

#include <thread>

#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

class Missed : public SessionTest {
 protected:
  Gateway& gateway() { return site().gateway(); }

  void exchange(const std::string& command, const std::string& reply) {
    EXPECT_EQ(talk().to_server(command), command);
    EXPECT_EQ(talk().to_client(reply), reply);
  }
  void expect_transfers() {
    for (const auto mode : modes_of(family())) expect_data(negotiate_in(mode));
    expect_in_step();
  }
  template <class Talk>
  void without_rules(Talk talk) {
    gateway().rules().down();
    talk();
    gateway().rules().up();
  }
};

INSTANTIATE_TEST_SUITE_P(Across, Missed, testing::ValuesIn(translated_ways()), way_name);

TEST_P(Missed, a_whole_exchange_while_the_rules_were_away) {
  expect_transfers();
  without_rules([&] { exchange("NOOP", "200 ok"); });
  expect_transfers();
}

TEST_P(Missed, a_command) {
  expect_transfers();
  without_rules([&] { EXPECT_EQ(talk().to_server("NOOP"), "NOOP"); });
  EXPECT_EQ(talk().to_client("200 ok"), "200 ok");
  expect_transfers();
}

TEST_P(Missed, a_reply) {
  expect_transfers();
  EXPECT_EQ(talk().to_server("NOOP"), "NOOP");
  without_rules([&] { EXPECT_EQ(talk().to_client("200 ok"), "200 ok"); });
  expect_transfers();
}

/// Nobody says anything that tells the gateway of it, until the server repeats itself.
TEST_P(Missed, the_first_of_two_replies) {
  expect_waits("the second is held until it has come in vain a few times");
  EXPECT_EQ(talk().to_server("LIST"), "LIST");
  without_rules([&] { EXPECT_EQ(talk().to_client("150 here"), "150 here"); });
  EXPECT_EQ(talk().to_client("226 done"), "226 done");
  expect_transfers();
}

TEST_P(Missed, nothing_at_all) {
  expect_transfers();
  without_rules([] {});
  expect_transfers();
}

/// The gateway stands still, and the queue is full with four packets.
class Overflow : public Missed {
 protected:
  void SetUp() override {
    enter_site({.topology = GetParam().topology, .fail = "open", .more = {"--queue-length", "4"}});
  }
};

INSTANTIATE_TEST_SUITE_P(Across, Overflow, testing::ValuesIn(translated_ways()), way_name);

TEST_P(Overflow, passes_what_is_said_meanwhile) {
  expect_waits("what is queued arrives behind what is not");
  expect_transfers();
  std::vector<std::string> lines;
  for (int i = 0; i < 12; ++i) lines.push_back("NOOP " + std::to_string(i));
  const auto before = gateway().log().size();
  gateway().pause();
  for (const auto& line : lines) {
    talk().client().send(line + "\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  gateway().resume();
  for (const auto& line : lines) EXPECT_EQ(talk().server().line(), line);
  for (const auto& line : lines) EXPECT_EQ(talk().to_client("200 " + line), "200 " + line);
  // Until it works again more passes by.
  for (int i = 0; i < 100 && gateway().log(before).find("bytes-missed") == std::string::npos; ++i) {
    exchange("NOOP", "200 ok");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  expect_transfers();
}

}  // namespace
}  // namespace pinhole::test
