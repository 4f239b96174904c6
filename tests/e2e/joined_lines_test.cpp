// Announcements that share a segment with other lines, and announcements on each other's heels.

#include "way.hpp"

namespace pinhole::test {
namespace {

class JoinedLines : public SessionTest {
 protected:
  std::string offer(const Listener& listener) const {
    return announcement(active_mode(family()), listener.local()) + "\r\n";
  }
  std::string answer(const Listener& listener) const {
    return announcement(passive_mode(family()), listener.local()) + "\r\n";
  }
  void expect_offered(const Listener& listener) {
    expect_announced(talk().server().line(), active_mode(family()), listener);
  }
  void expect_answered(const Listener& listener) {
    expect_announced(talk().client().line(), passive_mode(family()), listener);
  }
  void reply(std::initializer_list<const char*> replies) {
    for (const auto* text : replies) EXPECT_EQ(talk().to_client(text), text);
  }
  bool server_reaches(const Listener& listener, Milliseconds limit = kPatience) const {
    return dial(lab(), Role::server, {address("seen"), listener.local().port}, limit) && listener.accept();
  }
  bool client_reaches(const Listener& listener) const {
    return dial(lab(), Role::client, {address("dialed"), listener.local().port}) && listener.accept();
  }
};

TEST_P(JoinedLines, command_and_offer) {
  const auto listener = listen_at(Role::client);
  talk().client().send("TYPE I\r\n" + offer(listener));
  EXPECT_EQ(talk().server().line(), "TYPE I");
  expect_offered(listener);
  reply({"200 binary", "200 ok"});
  EXPECT_TRUE(server_reaches(listener));
  expect_in_step();
}

TEST_P(JoinedLines, reply_and_answer) {
  const auto listener = listen_at(Role::server);
  const auto passive = std::string(verb_of(passive_mode(family())));
  talk().client().send("TYPE I\r\n" + passive + "\r\n");
  EXPECT_EQ(talk().server().line(), "TYPE I");
  EXPECT_EQ(talk().server().line(), passive);
  talk().server().send("200 binary\r\n" + answer(listener));
  EXPECT_EQ(talk().client().line(), "200 binary");
  expect_answered(listener);
  EXPECT_TRUE(client_reaches(listener));
  expect_in_step();
}

TEST_P(JoinedLines, offer_and_transfer) {
  const auto listener = listen_at(Role::client);
  talk().client().send(offer(listener) + "LIST\r\n");
  expect_offered(listener);
  EXPECT_EQ(talk().server().line(), "LIST");
  reply({"200 ok", "150 here it comes"});
  EXPECT_TRUE(server_reaches(listener));
  expect_in_step();
}

// The second command replaces the first (RFC 959 section 5.3), so the first one's pinhole closes.
TEST_P(JoinedLines, two_offers_in_one_segment) {
  const auto first = listen_at(Role::client);
  const auto second = listen_at(Role::client);
  talk().client().send(offer(first) + offer(second));
  expect_offered(first);
  expect_offered(second);
  reply({"200 ok", "200 ok"});
  EXPECT_FALSE(server_reaches(first, kImpatience));
  EXPECT_TRUE(server_reaches(second));
  expect_in_step();
}

TEST_P(JoinedLines, two_offers_back_to_back) {
  const auto first = listen_at(Role::client);
  const auto second = listen_at(Role::client);
  talk().client().send(offer(first));
  talk().client().send(offer(second));
  expect_offered(first);
  expect_offered(second);
  reply({"200 ok", "200 ok"});
  EXPECT_TRUE(server_reaches(second));
  expect_in_step();
}

TEST_P(JoinedLines, offer_that_begins_in_the_segment_of_another) {
  const auto first = listen_at(Role::client);
  const auto second = listen_at(Role::client);
  const auto text = offer(first) + offer(second);
  const auto cut = offer(first).size() + 9;
  talk().client().send(text.substr(0, cut));
  talk().client().send(text.substr(cut));
  expect_offered(first);
  expect_offered(second);
  reply({"200 ok", "200 ok"});
  EXPECT_TRUE(server_reaches(second));
  expect_in_step();
}

TEST_P(JoinedLines, edits_both_ways_before_anything_is_acknowledged) {
  const auto at_server = listen_at(Role::server);
  const auto at_client = listen_at(Role::client);
  const auto passive = std::string(verb_of(passive_mode(family())));
  talk().client().send(passive + "\r\n" + offer(at_client) + "NOOP\r\n");
  EXPECT_EQ(talk().server().line(), passive);
  talk().server().send(answer(at_server));
  expect_offered(at_client);
  EXPECT_EQ(talk().server().line(), "NOOP");
  expect_answered(at_server);
  expect_in_step();
}

INSTANTIATE_TEST_SUITE_P(Across, JoinedLines, testing::ValuesIn(translated_ways()), way_name);

}  // namespace
}  // namespace pinhole::test
