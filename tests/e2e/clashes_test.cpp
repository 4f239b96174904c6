// Public ports that something else than a pinhole has: a connection of another client, a socket of the
// router.

#include "way.hpp"

namespace pinhole::test {
namespace {

class Clashes : public SessionTest {
 protected:
  // A socket of the router's own, which its firewall lets everybody reach while this exists.
  class RouterService {
   public:
    RouterService(const Lab& lab, const Address& at) : lab_(lab), listener_(lab, Role::router, at) {
      nft({"insert", "rule", "inet", "lab", "input", "tcp", "dport", std::to_string(at.port), "accept"});
    }
    ~RouterService() {  // the chain's first rule
      const auto listing =
          run(lab_.in(Role::router, {"nft", "-a", "list", "chain", "inet", "lab", "input"}), kPatience);
      const auto at = listing.output.find("# handle", listing.output.find("policy drop"));
      nft({"delete", "rule", "inet", "lab", "input", "handle",
           listing.output.substr(at + 9, listing.output.find('\n', at) - at - 9)});
    }
    RouterService(const RouterService&) = delete;
    RouterService& operator=(const RouterService&) = delete;

    /// A connection from there comes about, and to this socket.
    bool serves(Role caller) const {
      auto connection = dial(lab_, caller, listener_.local());
      auto accepted = connection ? listener_.accept() : std::nullopt;
      if (!accepted) return false;
      accepted->send("router here\r\n");
      return connection->line() == "router here";
    }

   private:
    void nft(Arguments words) const {
      words.insert(words.begin(), "nft");
      const auto done = run(lab_.in(Role::router, words), kPatience);
      EXPECT_EQ(done.status, 0) << done.errors;
    }

    const Lab& lab_;
    Listener listener_;
  };

  // The router has the announced port itself: another one is announced, and each reaches what is its own.
  void expect_another_port(Mode mode) {
    const bool passive = is_passive(mode);
    const auto caller = passive ? Role::client : Role::server;
    const auto port = listen_at(passive ? Role::server : Role::client).local().port;
    const RouterService service(lab(), {address(passive ? "dialed" : "seen"), port});
    ASSERT_TRUE(service.serves(caller));
    const Address listening{address(passive ? "server" : "client"), port};
    const auto negotiated = negotiate_in(mode, {.say = {}, .listening = listening, .spelt = {}});
    ASSERT_NE(negotiated, nullptr);
    EXPECT_NE(negotiated->announced.port, port) << verb_of(mode);
    EXPECT_TRUE(service.serves(caller)) << verb_of(mode);
    expect_data(negotiated);
    EXPECT_TRUE(service.serves(caller)) << verb_of(mode);
    expect_in_step();
  }
};

TEST_P(Clashes, with_a_socket_of_the_router) {
  for (const auto mode : modes_of(family())) {
    const auto& own = address(is_passive(mode) ? "server" : "client");
    if (own == address(is_passive(mode) ? "dialed" : "seen")) continue;  // not one of the router's
    expect_another_port(mode);
  }
}

class MaskedClashes : public Clashes {};

// The other client's connection is seen from the very port that this one announces.
TEST_P(MaskedClashes, with_a_live_connection) {
  for (int i = 0; i < 5; ++i) {
    const auto port = listen_at(Role::client).local().port;
    const Origin origin{.from = {address("client_other"), port}, .initial_seq = {}, .receive_buffer = {}};
    LabConversation other(lab(), family(), 21, origin);
    other.log_in();
    ASSERT_EQ(other.server().peer(), (Address{address("seen"), port})) << "masquerading keeps the port";
    const auto expect_other_in_step = [&] {
      EXPECT_EQ(other.to_server("NOOP"), "NOOP");
      EXPECT_EQ(other.to_client("200 still here"), "200 still here");
    };
    const auto negotiated =
        negotiate_in(active_mode(family()), {.say = {}, .listening = {address("client"), port}, .spelt = {}});
    ASSERT_NE(negotiated, nullptr);
    expect_other_in_step();
    auto data = dial(lab(), Role::server, negotiated->announced);
    ASSERT_TRUE(data);
    auto accepted = negotiated->listener.accept();
    ASSERT_TRUE(accepted);
    expect_other_in_step();
    data->send("data\r\n");
    EXPECT_EQ(accepted->line(), "data");
    accepted->send("more\r\n");
    EXPECT_EQ(data->line(), "more");
    expect_other_in_step();
    expect_in_step();
  }
}

INSTANTIATE_TEST_SUITE_P(Across, Clashes, testing::ValuesIn(translated_ways()), way_name);
INSTANTIATE_TEST_SUITE_P(Across, MaskedClashes, testing::ValuesIn(ways_of_masked_clients()), way_name);

}  // namespace
}  // namespace pinhole::test
