// Where commands are filtered: a gateway that is started anew lets go on what is TLS, and nothing that only
// looks as if it were.

#include <csignal>

#include "support/socket_options.hpp"
#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;

class RestartFiltered : public SessionTest {
 protected:
  void SetUp() override {
    enter({"--deny-commands", "DELE"});
    if (IsSkipped()) return;
    EXPECT_EQ(talk().to_server("AUTH TLS"), "AUTH TLS");
    EXPECT_EQ(talk().to_client("234 go ahead"), "234 go ahead");
    for (int i = 0; i < 2; ++i) expect_records();
  }
  void restart() {
    site().gateway().end(SIGKILL);
    site().gateway().start();
  }
  /// A record that reads like a line, with a length that is right.
  static std::string record(const std::string& content) {
    return "\x17\x03\x03\0"s + static_cast<char>(content.size() + 2) + content + "\r\n";
  }
  void expect_records() {
    for (const auto* content : {"DELE a", "\r\nDELE b", "x\r\nPORT 10,1,0,2,4,1"}) {
      const auto sent = record(content);
      talk().client().send(sent);
      EXPECT_EQ(read_bytes(talk().server(), sent.size()), sent);
      talk().server().send(sent);
      EXPECT_EQ(read_bytes(talk().client(), sent.size()), sent);
    }
  }
};

std::vector<Way> with_routed() {
  auto ways = translated_ways();
  ways.push_back({"routed", Family::ipv4});
  ways.push_back({"routed", Family::ipv6});
  return ways;
}
INSTANTIATE_TEST_SUITE_P(Across, RestartFiltered, testing::ValuesIn(with_routed()), way_name);

TEST_P(RestartFiltered, what_is_encrypted_goes_on) {
  restart();
  expect_records();
}

TEST_P(RestartFiltered, clear_text_does_not) {
  expect_waits("a session that was reset says nothing any more");
  restart();
  talk().client().send("DELE a\r\n");
  EXPECT_EQ(talk().server().line(kImpatience), std::nullopt);
}

TEST_P(RestartFiltered, nor_behind_records) {
  expect_waits("a session that was reset says nothing any more");
  restart();
  expect_records();
  talk().client().send("DELE a\r\n");
  const auto line = talk().server().line(kImpatience);
  EXPECT_TRUE(!line || !line->starts_with("DELE")) << *line;
}

TEST_P(RestartFiltered, nor_from_within_a_record) {
  expect_waits("a session that was reset says nothing any more");
  talk().client().send("\x17\x03\x03\0\x20"s);
  EXPECT_EQ(read_bytes(talk().server(), 5), "\x17\x03\x03\0\x20"s);
  restart();
  talk().client().send("DELE a\r\n");
  const auto line = talk().server().line(kImpatience);
  EXPECT_EQ(line, std::nullopt);
}

}  // namespace
}  // namespace pinhole::test
