// What FTP inherits from Telnet, and bytes that are no text: ABOR with Synch, IAC, NUL, long lines, bytes
// from 0x80 on. All of it arrives as it was sent.

#include "cut.hpp"
#include "server_readings.hpp"
#include "support/socket_options.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;

const std::string kIp = "\xff\xf4"s, kIac = "\xff"s, kDm = "\xf2"s, kNop = "\xff\xf1"s;

/// A server that takes what is marked urgent out of the stream, as the socket's default is.
class UrgentFiltered : public SessionTest {
 protected:
  void SetUp() override { enter({"--deny-commands", "DELE"}); }
  void expect_not_deleted(const std::string& marked, const std::string& rest) {
    send_urgent(talk().client(), marked);
    talk().client().send(rest);
    const auto line = talk().server().line(kImpatience);
    for (const auto& verb : verbs_read_in(line.value_or(""))) EXPECT_NE(verb, "DELE") << *line;
  }
};

INSTANTIATE_TEST_SUITE_P(Across, UrgentFiltered, testing::ValuesIn(translated_ways()), way_name);

TEST_P(UrgentFiltered, a_mark_in_the_verb) {
  expect_not_deleted("DX", "ELE a\r\n");
  expect_in_step();
}

TEST_P(UrgentFiltered, a_mark_before_the_verb) {
  expect_not_deleted("X", "DELE a\r\n");
  expect_in_step();
}

TEST_P(UrgentFiltered, a_mark_on_a_telnet_command_before_the_verb) {
  expect_not_deleted(kIac + kDm, "XDELE a\r\n");
}

class Telnet : public SessionTest {
 protected:
  void SetUp() override {
    SessionTest::SetUp();
    if (!IsSkipped()) set_urgent_inline(talk().server());
  }

  // What the client said arrives, and the session goes on.
  void expect_abort(const std::string& said) {
    EXPECT_EQ(read_bytes(talk().server(), said.size()), said);
    EXPECT_EQ(talk().to_client("426 aborted"), "426 aborted");
    EXPECT_EQ(talk().to_client("226 done"), "226 done");
    expect_transfers();
  }

  void expect_transfers() {
    for (const auto mode : modes_of(family())) expect_data(negotiate_in(mode));
    expect_in_step();
  }

  void expect_iac_inside_passes() {
    for (const std::size_t at : {0U, 1U, 2U, 4U}) {
      const Say say = [at](const Socket& socket, std::string_view text) {
        socket.send(std::string(text.substr(0, at)) + kNop + std::string(text.substr(at)));
      };
      expect_data(negotiate_in(active_mode(family()), {.say = say, .listening = {}, .spelt = {}}));
      ASSERT_FALSE(HasFailure()) << at;
    }
    expect_in_step();
  }

  void expect_unchanged(const std::string& line) {
    EXPECT_EQ(talk().to_server(line), line);
    EXPECT_EQ(talk().to_client("257 " + line), "257 " + line);
  }
};

TEST_P(Telnet, abort_with_urgent_data_mark) {
  for (int i = 0; i < 3; ++i) {
    expect_transfers();
    EXPECT_EQ(talk().to_server("RETR long"), "RETR long");
    EXPECT_EQ(talk().to_client("150 here it comes"), "150 here it comes");
    talk().client().send(kIp);
    send_urgent(talk().client(), kIac + kDm);
    talk().client().send("ABOR\r\n");
    expect_abort(kIp + kIac + kDm + "ABOR\r\n");
  }
}

// As BSD's ftp does it.
TEST_P(Telnet, abort_with_urgent_iac) {
  for (int i = 0; i < 3; ++i) {
    expect_transfers();
    talk().client().send(kIp);
    send_urgent(talk().client(), kIac);
    talk().client().send(kDm + "ABOR\r\n");
    expect_abort(kIp + kIac + kDm + "ABOR\r\n");
  }
}

TEST_P(Telnet, abort_in_one_urgent_segment) {
  expect_transfers();
  send_urgent(talk().client(), kIp + kIac + kDm);
  talk().client().send("ABOR\r\n");
  expect_abort(kIp + kIac + kDm + "ABOR\r\n");
}

// The mark would be on the line's end, which a server might take out.
TEST_P(Telnet, abort_all_urgent) {
  expect_transfers();
  const auto said = kIp + kIac + kDm + "ABOR\r\n";
  send_urgent(talk().client(), said);
  expect_abort(said);
  EXPECT_FALSE(at_urgent_mark(talk().server(), Milliseconds{100}));
}

// The mark must not wait for the line behind it: the server is to look up from its transfer (RFC 959 section
// 4.1.3).
TEST_P(Telnet, synch_arrives_before_the_line) {
  talk().client().send(kIp);
  send_urgent(talk().client(), kIac + kDm);
  EXPECT_EQ(read_bytes(talk().server(), 3, Milliseconds{500}), kIp + kIac);
  EXPECT_TRUE(at_urgent_mark(talk().server(), Milliseconds{500}));
  talk().client().send("ABOR\r\n");
  EXPECT_EQ(read_bytes(talk().server(), 7), kDm + "ABOR\r\n");
}

TEST_P(Telnet, urgent_mark_survives) {
  talk().client().send(kIp);
  send_urgent(talk().client(), kIac + kDm);
  talk().client().send("ABOR\r\n");
  EXPECT_EQ(read_bytes(talk().server(), 3), kIp + kIac);
  EXPECT_TRUE(at_urgent_mark(talk().server(), Milliseconds{500}));
}

TEST_P(Telnet, iac_in_odd_places) {
  const auto will = "\xff\xfb\x01"s, doubled = kIac + kIac;
  expect_transfers();
  for (const auto& line :
       {kNop + "NOOP", "NO" + kNop + "OP", "NOOP" + kNop, "NOOP" + kIac, will + will + "STAT",
        "RETR a" + doubled + "b", "RETR " + doubled, "SIZE x" + kIac}) {
    expect_unchanged(line);
  }
  expect_transfers();
}

// It arrives, although nothing is opened any more in a session of which it is a part.
TEST_P(Telnet, what_is_no_command) {
  expect_transfers();
  for (const auto& line : {kIac + kIac, "\xff\xfa\x18\x01\xff\xf0"s + "NOOP", "\0NOOP"s, "\0\0\0"s,
                           "\x80\x81"s, std::string(4'000, '\xe9')}) {
    expect_unchanged(line);
  }
}

// Where the announced address stays (dnat) they stay too; where it changes they are left out.
TEST_P(Telnet, iac_inside_an_announcement) {
  expect_iac_inside_passes();
}

// Some servers end a line there: no such command arrives, and the session goes on.
TEST_P(Telnet, nul_bytes) {
  expect_transfers();
  for (const auto& line :
       {"RETR a\0b"s, "RETR \0"s, "RETR \0\0\0 x"s, "SITE a\0\xff\xf1"s, "RETR a\r\0b"s, "RETR a\rb"s}) {
    EXPECT_EQ(talk().to_server(line), std::string(line.size(), 'X'));
  }
  expect_transfers();
}

TEST_P(Telnet, lines_of_four_thousand_bytes) {
  expect_transfers();
  for (const char filler : {'x', '\xe9', ' '}) {
    expect_unchanged("STOR " + std::string(4'000, filler));
    expect_transfers();
  }
}

TEST_P(Telnet, bytes_from_0x80_on) {
  std::string all = "RETR ";
  for (int byte = 0x80; byte <= 0xff; ++byte) all += static_cast<char>(byte);
  expect_transfers();
  for (const auto& line : {all, "RETR gr\xc3\xbc\xc3\x9f"s + "e.txt", "RETR gr\xfc\xdf"s + "e.txt",
                           "CWD \x90\x91\x92"s, "RETR \xff\xff\xfe"s}) {
    expect_unchanged(line);
    for (const std::size_t size : {1U, 3U}) {
      EXPECT_EQ(talk().to_server(line, in_pieces(size, Pace::at_once)), line);
    }
  }
  expect_transfers();
}

INSTANTIATE_TEST_SUITE_P(Across, Telnet, testing::ValuesIn(translated_ways()), way_name);

}  // namespace
}  // namespace pinhole::test
