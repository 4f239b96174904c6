// Damaged segments, where conntrack does not look at checksums (nf_conntrack_checksum = 0): what is in them
// is not heard, does not arrive, and takes nobody's place.

#include "support/handmade_end.hpp"
#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

class Damage : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    expect_waits("a damaged segment is answered by nothing");
    site_ = Site::at({.topology = GetParam().topology});
    PINHOLE_NEEDS(site_);
    verify(false);
    const Listener listener(lab(), Role::server, {address("server"), 21});
    client_ =
        std::make_unique<HandmadeEnd>(lab(), Role::client, Address{address("client"), next_port()}, kFirst);
    ASSERT_TRUE(client_->connect({address("dialed"), 21}));
    server_ = listener.accept();
    ASSERT_TRUE(server_.has_value());
    to_client("220 lab");
    EXPECT_EQ(to_server("USER anonymous"), "USER anonymous");
    to_client("331 who?");
    EXPECT_EQ(to_server("PASS me@here"), "PASS me@here");
    to_client("230 in");
  }
  void TearDown() override {
    if (site_ != nullptr) verify(true);
  }

  const Lab& lab() const { return site_->lab(); }
  Gateway& gateway() { return site_->gateway(); }
  const std::string& address(std::string_view of) const { return lab().address(of, GetParam().family); }
  HandmadeEnd& client() { return *client_; }
  Socket& server() { return *server_; }

  void to_client(std::string_view line) {
    server().send(std::string(line) + "\r\n");
    EXPECT_EQ(client().line(), line);
  }
  std::optional<std::string> to_server(std::string_view line) {
    client().say(std::string(line) + "\r\n");
    return server().line();
  }
  void damaged(const std::string& line) {
    client().send_damaged(client().next(), line + "\r\n");
    EXPECT_EQ(server().line(kImpatience), std::nullopt);
  }

 private:
  static constexpr net::Seq kFirst{1'000'000};
  static std::uint16_t next_port() {
    static std::uint16_t port = 32'000;
    return ++port;
  }
  void verify(bool on) {
    const std::string command =
        "echo " + std::to_string(on) + " >/proc/sys/net/netfilter/nf_conntrack_checksum";
    EXPECT_EQ(run(lab().in(Role::router, {"sh", "-c", command}), kPatience).status, 0);
  }

  Site* site_ = nullptr;
  std::unique_ptr<HandmadeEnd> client_;
  std::optional<Socket> server_;
};

std::vector<Way> damaged_ways() {
  auto ways = translated_ways();
  ways.push_back({"routed", Family::ipv4});
  ways.push_back({"routed", Family::ipv6});
  return ways;
}
INSTANTIATE_TEST_SUITE_P(Across, Damage, testing::ValuesIn(damaged_ways()), way_name);

TEST_P(Damage, of_a_line_takes_no_lines_place) {
  damaged("CWD incomiog");
  EXPECT_EQ(to_server("CWD incoming"), "CWD incoming");
  to_client("250 there");
  EXPECT_EQ(to_server("NOOP"), "NOOP");
}

TEST_P(Damage, of_an_offer_opens_nothing) {
  const Listener wanted(lab(), Role::client, {address("client"), 0});
  const Listener other(lab(), Role::client, {address("client"), 0});
  const auto mode = active_mode(GetParam().family);
  damaged(announcement(mode, other.local()));
  const auto heard = to_server(announcement(mode, wanted.local()));
  ASSERT_TRUE(heard.has_value());
  to_client("200 ok");
  EXPECT_FALSE(dial(lab(), Role::server, {address("seen"), other.local().port}, kImpatience));
  const auto announced = announced_in(*heard);
  ASSERT_TRUE(announced.has_value()) << *heard;
  EXPECT_EQ(announced->host, address("seen"));
  EXPECT_TRUE(dial(lab(), Role::server, *announced)) << gateway().log();
}

/// It is shifted by the edit before it, and its checksum stays wrong.
TEST_P(Damage, behind_an_edit_stays_damage) {
  const Listener wanted(lab(), Role::client, {address("client"), 0});
  ASSERT_TRUE(to_server(announcement(active_mode(GetParam().family), wanted.local())).has_value());
  to_client("200 ok");
  damaged("RETR secrex");
  EXPECT_EQ(to_server("RETR secret"), "RETR secret");
}

}  // namespace
}  // namespace pinhole::test
