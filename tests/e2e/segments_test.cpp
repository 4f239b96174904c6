// Segments as no stack sends them on demand: repeated, in another order, overlapping, cut differently or with
// other bytes the second time. What the receiver's stream holds is what was said first, once.

#include "handmade_session.hpp"

namespace pinhole::test {
namespace {

class Segments : public HandmadeSession {
 protected:
  // Bytes [begin, end) of the line that starts at `at`.
  void send_part(std::int64_t at, const std::string& text, std::size_t begin, std::size_t end) {
    handmade().send(at + static_cast<std::int64_t>(begin), text.substr(begin, end - begin));
  }
};

TEST_P(Segments, repeated) {
  const auto line = prepare();
  const auto at = handmade().next();
  handmade().say(line.text);
  handmade().send(at, line.text);
  expect_arrived(line);
  handmade().send(at, line.text);
  expect_in_step();
  handmade().send(at, line.text);
  expect_in_step();
}

TEST_P(Segments, repeated_with_other_bytes) {
  const auto line = prepare();
  const auto at = handmade().next();
  handmade().say(line.text);
  handmade().send(at, with_other_port(line.text));
  expect_arrived(line);
  handmade().send(at, with_other_port(line.text));
  expect_in_step();
}

// The first version never reached the receiver; the second one must not either.
TEST_P(Segments, repeated_with_other_bytes_after_a_loss) {
  const auto line = prepare();
  const auto at = handmade().next();
  handmade().send_lost(at, line.text);
  handmade().send(at, with_other_port(line.text));
  expect_arrived(line);
  expect_in_step();
}

TEST_P(Segments, second_part_first) {
  const auto line = prepare();
  const auto at = handmade().next();
  send_part(at, line.text, 11, line.text.size());
  send_part(at, line.text, 0, 11);
  expect_arrived(line);
  expect_in_step();
}

TEST_P(Segments, last_part_of_many_first) {
  const auto line = prepare();
  const auto at = handmade().next();
  const std::size_t piece = line.text.size() / 10;
  for (auto begin = 9 * piece; begin > 0; begin -= piece) {
    send_part(at, line.text, begin, begin == 9 * piece ? line.text.size() : begin + piece);
  }
  send_part(at, line.text, 0, piece);
  expect_arrived(line);
  expect_in_step();
}

TEST_P(Segments, line_behind_it_first) {
  const auto line = prepare();
  const auto at = handmade().next();
  const auto end = at + static_cast<std::int64_t>(line.text.size());
  const std::string behind = client_is_handmade() ? "NOOP" : "226 done";
  handmade().send(end, behind + "\r\n");
  handmade().send(at, line.text);
  expect_arrived(line);
  EXPECT_EQ(real().line(), behind);
  expect_in_step();
}

TEST_P(Segments, overlapping) {
  const auto line = prepare();
  const auto at = handmade().next();
  send_part(at, line.text, 0, 15);
  send_part(at, line.text, 8, 18);
  send_part(at, line.text, 0, line.text.size());
  expect_arrived(line);
  expect_in_step();
}

TEST_P(Segments, overlapping_with_other_bytes) {
  const auto line = prepare();
  const auto at = handmade().next();
  auto other = line.text;
  std::fill_n(other.begin() + 5, line.text.size() - 12, '9');
  const auto cut = line.text.size() - 7;  // up to here the first segment counts
  send_part(at, line.text, 0, cut);
  send_part(at, other, 5, line.text.size());
  expect_arrived(line);
  expect_in_step();
}

// What was acknowledged locally, the sender has forgotten; it may still come again.
TEST_P(Segments, part_repeated_with_other_bytes_before_the_rest) {
  const auto line = prepare();
  const auto at = handmade().next();
  send_part(at, line.text, 0, line.text.size() - 4);
  EXPECT_TRUE(handmade().acknowledged());
  send_part(at, with_other_port(line.text), 0, line.text.size() - 4);
  send_part(at, line.text, line.text.size() - 4, line.text.size());
  expect_arrived(line);
  expect_in_step();
}

TEST_P(Segments, repeated_cut_differently) {
  const auto line = prepare();
  const auto at = handmade().next();
  const auto size = line.text.size();
  send_part(at, line.text, 0, 6);
  send_part(at, line.text, 6, 14);
  send_part(at, line.text, 14, size);
  send_part(at, line.text, 0, 10);
  send_part(at, line.text, 10, size);
  const std::string behind = client_is_handmade() ? "NOOP" : "226 done";
  handmade().send(at + 10, line.text.substr(10) + behind + "\r\n");
  expect_arrived(line);
  EXPECT_EQ(real().line(), behind);
  send_part(at, line.text, 3, size - 3);
  expect_in_step();
}

TEST_P(Segments, repeated_byte_by_byte_after_a_loss) {
  const auto line = prepare();
  const auto at = handmade().next();
  handmade().send_lost(at, line.text);
  for (std::size_t i = 0; i < line.text.size(); ++i) send_part(at, line.text, i, i + 1);
  expect_arrived(line);
  expect_in_step();
}

INSTANTIATE_TEST_SUITE_P(Handmade, Segments, testing::ValuesIn(handmade_cases()), handmade_name);

}  // namespace
}  // namespace pinhole::test
