// Segments that are lost behind the router, and what the receiver says about it: retransmissions look like
// the first time, and the edges of selective acknowledgments name the same bytes to both ends.

#include "handmade_session.hpp"
#include "waits.hpp"

namespace pinhole::test {
namespace {

class Loss : public HandmadeSession {
 protected:
  void SetUp() override {
    expect_waits("segments are lost on purpose");
    HandmadeSession::SetUp();
  }

  std::string ordinary(int number) const {
    return (client_is_handmade() ? "HELP " : "200 number ") + std::to_string(number);
  }
  std::string ordinary_of_real(int number) const {
    return (client_is_handmade() ? "200 number " : "HELP ") + std::to_string(number);
  }
  // The first segment from position `at` on that the peer sends, whatever else it sends before.
  std::optional<Arrival> next_from(std::int64_t at) {
    while (auto arrival = handmade().receive()) {
      if (arrival->at >= at && !arrival->payload.empty()) return arrival;
    }
    return std::nullopt;
  }
};

TEST_P(Loss, of_the_edited_line) {
  const auto line = prepare();
  const auto at = handmade().next();
  handmade().send_lost(at, line.text);
  handmade().say(ordinary(1) + "\r\n");
  handmade().send(at, line.text);
  expect_arrived(line);
  EXPECT_EQ(real().line(), ordinary(1));
  expect_in_step();
}

TEST_P(Loss, of_the_part_that_completes_the_line) {
  const auto line = prepare();
  const auto at = handmade().next();
  handmade().say(line.text.substr(0, 12));
  EXPECT_TRUE(handmade().acknowledged()) << "locally";
  handmade().send_lost(at + 12, line.text.substr(12));
  handmade().send(at + 12, line.text.substr(12));
  expect_arrived(line);
  expect_in_step();
}

// The real receiver reports what came behind the gap.
TEST_P(Loss, is_reported_in_the_senders_numbers) {
  const auto line = prepare();
  handmade().say(line.text);
  expect_arrived(line);
  const auto gap = handmade().next();
  handmade().send_lost(gap, ordinary(1) + "\r\n");
  const auto behind = handmade().next();
  handmade().say(ordinary(2) + "\r\n");
  std::optional<Arrival> report;
  do {
    report = handmade().receive();
  } while (report && report->sack.empty());
  ASSERT_TRUE(report.has_value()) << "no selective acknowledgment";
  EXPECT_EQ(report->acknowledged, gap);
  EXPECT_EQ(report->sack.front(), std::pair(behind, handmade().next()));
  handmade().send(gap, ordinary(1) + "\r\n");
  EXPECT_EQ(real().line(), ordinary(1));
  EXPECT_EQ(real().line(), ordinary(2));
  expect_in_step();
}

// The real sender is told what came behind the gap, and repeats the gap alone.
TEST_P(Loss, reported_to_the_sender_is_repeated_alone) {
  const auto line = prepare_real();
  real().send(line.text);
  ASSERT_TRUE(handmade().line().has_value());
  const auto gap = handmade().heard();
  handmade().set_attentive(false);
  std::vector<Arrival> sent;
  for (int i = 1; i <= 5; ++i) {
    real().send(ordinary_of_real(i) + "\r\n");
    const auto segment = next_from(gap);
    ASSERT_TRUE(segment.has_value());
    sent.push_back(*segment);
  }
  ASSERT_EQ(sent[0].at, gap);
  const auto end = sent[4].at + static_cast<std::int64_t>(sent[4].payload.size());
  for (int i = 1; i < 5; ++i) {
    const auto& last = sent[static_cast<std::size_t>(i)];
    const auto right = last.at + static_cast<std::int64_t>(last.payload.size());
    handmade().acknowledge(gap, {{sent[1].at, right}});
  }
  const auto repeated = next_from(0);
  ASSERT_TRUE(repeated.has_value());
  EXPECT_EQ(repeated->at, gap);
  EXPECT_EQ(repeated->payload, sent[0].payload);
  handmade().acknowledge(end);
  const auto more = handmade().receive(Milliseconds{50});
  EXPECT_TRUE(!more || more->payload.empty()) << more->payload;
}

// The real sender repeats by its own timer; what arrives is the same segment.
TEST_P(Loss, is_mended_with_the_same_bytes) {
  const auto line = prepare_real();
  handmade().set_attentive(false);
  const auto from = handmade().heard();
  real().send(line.text);
  const auto first = next_from(from);
  const auto second = next_from(from);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->at, first->at);
  EXPECT_EQ(second->payload, first->payload);
  const auto& host = lab().address(client_is_handmade() ? "dialed" : "seen", family());
  EXPECT_EQ(announced_in(first->payload, host), (Address{host, line.listener->local().port}));
}

// Two edits of which the receiver has acknowledged neither: both are repeated as they were.
TEST_P(Loss, of_two_edits_in_flight) {
  handmade().set_attentive(false);
  const auto from = handmade().heard();
  const auto one = prepare_real();
  const auto two = prepare_real();
  real().send(one.text);
  const auto first = next_from(from);
  real().send(two.text);
  const auto second = next_from(from);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->at, from);
  handmade().set_attentive(true);
  const auto& host = lab().address(client_is_handmade() ? "dialed" : "seen", family());
  for (const auto* line : {&one, &two}) {  // from the repetitions
    const auto heard = handmade().line().value_or("(nothing)");
    EXPECT_EQ(announced_in(heard, host), (Address{host, line->listener->local().port})) << heard;
  }
  if (!client_is_handmade()) {
    EXPECT_EQ(to_real("200 ok"), "200 ok");
    EXPECT_EQ(to_real("200 ok"), "200 ok");
  }
  EXPECT_TRUE(
      dial(lab(), client_is_handmade() ? Role::client : Role::server, {host, two.listener->local().port}) &&
      two.listener->accept());
  expect_in_step();
}

INSTANTIATE_TEST_SUITE_P(Handmade, Loss, testing::ValuesIn(handmade_cases()), handmade_name);

}  // namespace
}  // namespace pinhole::test
