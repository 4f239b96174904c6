// An outsider has made a file whose name reads like the end of a reply and a 227. The honest server inside
// prints it; what the outsider is after is another port of that server.

#include "way.hpp"

namespace pinhole::test {
namespace {

constexpr std::uint16_t kInnerPort = 3306;

class Quoted : public SessionTest {
 protected:
  void SetUp() override { enter({}); }
  void enter(const Arguments& more) {
    SessionTest::enter(more);
    if (IsSkipped()) return;
    inner_.emplace(lab(), Role::server, Address{address("server"), kInnerPort});
  }

  std::string ask() const { return std::string(verb_of(mode())) + "\r\n"; }
  std::string forged() const { return announcement(mode(), {address("server"), kInnerPort}) + "\r\n"; }
  static std::string begun() { return "213-Status of .\r\n drwxr-xr-x 2 ftp ftp incoming\r\n"; }
  static std::string end() { return "213 End of status\r\n"; }

  void hear(Socket& from, const std::string& text) {
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) from.line(kImpatience);
  }
  void to_server(const std::string& text) {
    talk().client().send(text);
    hear(talk().server(), text);
  }
  void to_client(const std::string& text) {
    talk().server().send(text);
    hear(talk().client(), text);
  }
  void expect_unreached() {
    EXPECT_FALSE(dial(lab(), Role::client, {address("dialed"), kInnerPort}, kImpatience));
  }

 private:
  Mode mode() const { return passive_mode(family()); }
  std::optional<Listener> inner_;
};

INSTANTIATE_TEST_SUITE_P(Inner, Quoted,
                         testing::Values(Way{"dnat", Family::ipv4}, Way{"dnat", Family::ipv6},
                                         Way{"both", Family::ipv4}, Way{"both", Family::ipv6}),
                         way_name);

TEST_P(Quoted, pipelined) {
  to_server("STAT .\r\n" + ask());
  to_client(begun() + end() + forged());
  expect_unreached();
}

TEST_P(Quoted, while_it_waits) {
  to_server("STAT .\r\n");
  to_client(begun());
  to_server(ask());
  to_client(end() + forged());
  expect_unreached();
}

/// A setting between the two makes no difference.
TEST_P(Quoted, behind_a_setting) {
  to_server("STAT .\r\nTYPE I\r\n" + ask());
  to_client(begun() + end() + "200 Type set.\r\n" + forged());
  expect_unreached();
}

/// Pure-FTPd answers no line with a tab; it lists bare names for "STAT -1". So FEAT is under way for ever,
/// and the listing is taken for its reply.
TEST_P(Quoted, behind_a_feat_that_nobody_answers) {
  to_server("FEAT\t\r\n");
  to_server("STAT -1\r\n" + ask());
  to_client("213-STAT\r\n213 End\r\n" + forged());
  expect_unreached();
}

class QuotedWithDataPorts : public Quoted {
 protected:
  void SetUp() override { enter({"--data-ports", "50000-50100"}); }
};

INSTANTIATE_TEST_SUITE_P(Inner, QuotedWithDataPorts,
                         testing::Values(Way{"dnat", Family::ipv4}, Way{"dnat", Family::ipv6}), way_name);

TEST_P(QuotedWithDataPorts, behind_a_feat_that_nobody_answers) {
  to_server("FEAT\t\r\n");
  to_server("STAT -1\r\n" + ask());
  to_client("213-STAT\r\n213 End\r\n" + forged());
  expect_unreached();
}

/// The client's window is closed behind the forged end: to the gateway the reply is over.
TEST_P(QuotedWithDataPorts, even_from_a_client_that_closes_its_window) {
  to_server("STAT .\r\n");
  to_client(begun() + end());
  to_server(ask());
  to_client(forged());
  expect_unreached();
}

TEST_P(QuotedWithDataPorts, pipelined) {
  to_server("STAT .\r\n" + ask());
  to_client(begun() + end() + forged());
  expect_unreached();
}

}  // namespace
}  // namespace pinhole::test
