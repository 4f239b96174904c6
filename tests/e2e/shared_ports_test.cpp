// Several sessions that want the same public port, a range that is used up, and ports that become free again.

#include <algorithm>
#include <thread>

#include "way.hpp"

namespace pinhole::test {
namespace {

class SharedPorts : public SessionTest {
 protected:
  std::unique_ptr<LabConversation> another_session(const Origin& origin = {}) const {
    auto session = std::make_unique<LabConversation>(lab(), family(), 21, origin);
    session->log_in();
    return session;
  }

  // Announces `listening` and returns the line that arrived.
  std::string announce(LabConversation& session, Mode mode, const Address& listening) const {
    const auto line = announcement(mode, listening);
    if (is_passive(mode)) {
      EXPECT_EQ(session.to_server(verb_of(mode)), verb_of(mode));
      return session.to_client(line).value_or("(nothing)");
    }
    const auto heard = session.to_server(line).value_or("(nothing)");
    const auto* reply = announced_in(heard) && heard.starts_with(verb_of(mode)) ? "200 ok" : "500 what?";
    EXPECT_EQ(session.to_client(reply), reply);
    return heard;
  }

  const std::string& public_host(Mode mode) const { return address(is_passive(mode) ? "dialed" : "seen"); }
  std::optional<Address> announced(const std::string& line, Mode mode) const {
    return announced_in(line, public_host(mode));
  }
  bool reaches(const Address& to, Mode mode, const Listener& listener) const {
    return dial(lab(), is_passive(mode) ? Role::client : Role::server, to) && listener.accept();
  }
};

class SmallRange : public SharedPorts {
 protected:
  void SetUp() override { enter({"--public-ports", "50000-50002"}); }
};

TEST_P(SmallRange, used_up) {
  for (const auto mode : modes_of(family())) {
    const auto listener = listen_at(is_passive(mode) ? Role::server : Role::client);
    std::vector<std::unique_ptr<LabConversation>> holders;
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < 3; ++i) {
      holders.push_back(another_session());
      const auto held = announced(announce(*holders.back(), mode, listener.local()), mode);
      ASSERT_TRUE(held.has_value()) << verb_of(mode);
      ports.push_back(held->port);
    }
    const auto first = ports.front();
    std::ranges::sort(ports);
    EXPECT_EQ(ports, (std::vector<std::uint16_t>{50'000, 50'001, 50'002})) << verb_of(mode);

    const auto refused = announce(talk(), mode, listener.local());
    EXPECT_TRUE(refused.starts_with(is_passive(mode) ? "425 " : "XXXX ")) << refused;
    expect_in_step();

    EXPECT_TRUE(reaches({public_host(mode), first}, mode, listener)) << "uses the first holder's pinhole";
    EXPECT_EQ(holders.front()->to_server("NOOP"), "NOOP");  // behind which it is known
    EXPECT_EQ(holders.front()->to_client("200 ok"), "200 ok");
    const auto again = announced(announce(talk(), mode, listener.local()), mode);
    EXPECT_EQ(again, (Address{public_host(mode), first})) << "is free again";
    EXPECT_TRUE(reaches({public_host(mode), first}, mode, listener));
    expect_in_step();
  }
}

class ShortWait : public SharedPorts {
 protected:
  void SetUp() override { enter({"--pinhole-timeout", "1"}); }
};

TEST_P(ShortWait, frees_the_port_that_nobody_used) {
  struct Unused {
    Mode mode;
    std::unique_ptr<LabConversation> session;
    std::unique_ptr<Negotiated> negotiated;
  };
  std::vector<Unused> all;
  for (const auto mode : modes_of(family())) {
    auto session = another_session();
    auto negotiated = negotiate(lab(), family(), *session, mode);
    ASSERT_NE(negotiated, nullptr);
    all.push_back({mode, std::move(session), std::move(negotiated)});
  }
  std::this_thread::sleep_for(Milliseconds{2'200});  // the kernel's timer may be a second late
  for (const auto& [mode, session, negotiated] : all) {
    EXPECT_FALSE(dial(lab(), negotiated->caller, negotiated->announced, Milliseconds{100})) << verb_of(mode);
    EXPECT_EQ(session->to_server("NOOP"), "NOOP");
    EXPECT_EQ(session->to_client("200 still here"), "200 still here");
    const auto again = announced(announce(talk(), mode, negotiated->listener.local()), mode);
    EXPECT_EQ(again, negotiated->announced) << verb_of(mode);
    EXPECT_TRUE(reaches(*again, mode, negotiated->listener));
  }
}

TEST_P(SharedPorts, are_free_after_the_session) {
  for (const auto mode : modes_of(family())) {
    for (const bool orderly : {true, false}) {
      const auto first = another_session();
      const auto negotiated = negotiate(lab(), family(), *first, mode);
      ASSERT_NE(negotiated, nullptr);
      if (orderly) {
        first->hang_up();
      } else {
        first->client().reset();
        EXPECT_EQ(first->server().line(), std::nullopt);
      }
      EXPECT_FALSE(dial(lab(), negotiated->caller, negotiated->announced, Milliseconds{100}));
      const auto again = announced(announce(talk(), mode, negotiated->listener.local()), mode);
      EXPECT_EQ(again, negotiated->announced) << verb_of(mode);
    }
  }
  expect_in_step();
}

class TwoClients : public SharedPorts {};

TEST_P(TwoClients, announce_the_same_port_at_the_same_time) {
  const auto other =
      another_session({.from = {address("client_other"), 0}, .initial_seq = {}, .receive_buffer = {}});
  const auto mode = active_mode(family());
  for (int i = 0; i < 10; ++i) {
    const Listener mine(lab(), Role::client, {address("client"), 0});
    const Listener others(lab(), Role::client, {address("client_other"), mine.local().port});
    talk().client().send(announcement(mode, mine.local()) + "\r\n");
    other->client().send(announcement(mode, others.local()) + "\r\n");
    const auto first = announced(talk().server().line().value_or("(nothing)"), mode);
    const auto second = announced(other->server().line().value_or("(nothing)"), mode);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->host, address("seen"));
    EXPECT_EQ(second->host, address("seen"));
    EXPECT_NE(first->port, second->port);
    EXPECT_EQ(talk().to_client("200 mine"), "200 mine");
    EXPECT_EQ(other->to_client("200 other's"), "200 other's");
    EXPECT_TRUE(reaches(*second, mode, others));
    EXPECT_TRUE(reaches(*first, mode, mine));
  }
}

INSTANTIATE_TEST_SUITE_P(Across, SharedPorts, testing::ValuesIn(translated_ways()), way_name);
INSTANTIATE_TEST_SUITE_P(Across, SmallRange, testing::ValuesIn(translated_ways()), way_name);
INSTANTIATE_TEST_SUITE_P(Across, ShortWait, testing::ValuesIn(translated_ways()), way_name);
INSTANTIATE_TEST_SUITE_P(Across, TwoClients, testing::ValuesIn(ways_of_masked_clients()), way_name);

}  // namespace
}  // namespace pinhole::test
