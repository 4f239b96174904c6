// Keep-alives, closed windows, FIN with data: what a connection does besides carrying lines, made by hand.

#include "handmade_session.hpp"
#include "support/socket_options.hpp"

namespace pinhole::test {
namespace {

class Endings : public HandmadeSession {
 protected:
  // A probe (RFC 9293 section 3.8.4) is a segment in front of the next one; the answer says that all is
  // there.
  bool answered(std::string_view garbage) {
    handmade().send(handmade().next() - 1, garbage, kAck);
    const auto answer = handmade().receive(Milliseconds{1'000});
    return answer && answer->acknowledged == handmade().next();
  }
};

TEST_P(Endings, keep_alive_behind_an_edit) {
  const auto line = prepare();
  handmade().say(line.text);
  expect_arrived(line);
  expect_in_step();
  EXPECT_TRUE(answered(""));
  expect_in_step();
}

TEST_P(Endings, keep_alive_with_a_byte_behind_an_edit) {
  const auto line = prepare();
  handmade().say(line.text);
  expect_arrived(line);
  expect_in_step();
  EXPECT_TRUE(answered(std::string(1, '\0')));
  expect_in_step();
}

TEST_P(Endings, keep_alive_with_a_byte_in_mid_line) {
  const auto line = prepare();
  handmade().say(line.text.substr(0, 12));
  EXPECT_TRUE(handmade().acknowledged());
  EXPECT_TRUE(answered("x"));
  handmade().say(line.text.substr(12));
  expect_arrived(line);
  expect_in_step();
}

TEST_P(Endings, closed_window) {
  const auto line = prepare_real();
  handmade().set_window(0);
  handmade().acknowledge(handmade().heard());
  real().send(line.text.substr(0, 12));
  real().send(line.text.substr(12));
  const auto probe = handmade().receive();
  ASSERT_TRUE(probe.has_value());
  EXPECT_EQ(probe->payload, "");
  handmade().set_window(0xffff);
  handmade().acknowledge(handmade().heard());
  const auto& host = lab().address(client_is_handmade() ? "dialed" : "seen", family());
  const auto heard = handmade().line().value_or("(nothing)");
  EXPECT_EQ(announced_in(heard, host), (Address{host, line.listener->local().port})) << heard;
  expect_in_step();
}

TEST_P(Endings, fin_with_the_line) {
  const auto line = prepare();
  handmade().send(handmade().next(), line.text, kAck | kPsh | kFin);
  const auto& host = lab().address(client_is_handmade() ? "seen" : "dialed", family());
  const auto heard = real().line().value_or("(nothing)");
  EXPECT_EQ(announced_in(heard, host), (Address{host, line.listener->local().port})) << heard;
  EXPECT_TRUE(ended(real()));
  EXPECT_EQ(to_handmade("200 the other half is open"), "200 the other half is open");
  EXPECT_TRUE(handmade().acknowledged()) << "the FIN, too";
}

TEST_P(Endings, fin_with_the_lines_rest) {
  const auto line = prepare();
  handmade().say(line.text.substr(0, 12));
  EXPECT_TRUE(handmade().acknowledged());
  handmade().send(handmade().next(), line.text.substr(12), kAck | kPsh | kFin);
  const auto& host = lab().address(client_is_handmade() ? "seen" : "dialed", family());
  const auto heard = real().line().value_or("(nothing)");
  EXPECT_EQ(announced_in(heard, host), (Address{host, line.listener->local().port})) << heard;
  EXPECT_TRUE(ended(real()));
  EXPECT_TRUE(handmade().acknowledged());
}

// What was acknowledged locally must still arrive.
TEST_P(Endings, fin_in_mid_line) {
  const auto line = prepare();
  handmade().say(line.text.substr(0, 12));
  EXPECT_TRUE(handmade().acknowledged());
  handmade().send(handmade().next(), "", kAck | kFin);
  EXPECT_EQ(read_bytes(real(), 12), line.text.substr(0, 12));
  EXPECT_TRUE(ended(real()));
  EXPECT_TRUE(handmade().acknowledged());
}

TEST_P(Endings, reset_between_lines) {
  const auto line = prepare();
  handmade().say(line.text);
  expect_arrived(line);
  expect_in_step();
  handmade().break_off();
  EXPECT_TRUE(broken(real()));
}

INSTANTIATE_TEST_SUITE_P(Handmade, Endings, testing::ValuesIn(handmade_cases()), handmade_name);

}  // namespace
}  // namespace pinhole::test
