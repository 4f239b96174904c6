// Announcements that come in several segments: the router takes the pieces off the wire and sends the line on
// whole, and a sender that waits for acknowledgments gets them.

#include <algorithm>

#include "cut.hpp"
#include "support/socket_options.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

class SplitLines : public SessionTest {
 protected:
  // Cut at every position, among them inside each number and between CR and LF.
  void expect_every_cut_passes(Pace pace) {
    for (const auto mode : modes_of(family())) {
      std::size_t end = 2;
      for (std::size_t cut = 1; cut < end; ++cut) {
        const Say say = [&](const Socket& socket, std::string_view text) {
          end = text.size();  // ports have four digits or five
          cut_at(std::min(cut, end - 1), pace)(socket, text);
        };
        expect_data(negotiate_in(mode, {.say = say}));
        ASSERT_FALSE(HasFailure()) << verb_of(mode) << " cut at " << cut;
      }
      EXPECT_GT(end, 15U);
    }
    expect_in_step();
  }

  void expect_pieces_pass(std::initializer_list<std::size_t> sizes, Pace pace) {
    for (const auto mode : modes_of(family())) {
      for (const auto size : sizes) {
        expect_data(negotiate_in(mode, {.say = in_pieces(size, pace)}));
        ASSERT_FALSE(HasFailure()) << verb_of(mode) << " in pieces of " << size;
      }
    }
    expect_in_step();
  }

  void let_nagle_work() {
    set_nagle(talk().client(), true);
    set_nagle(talk().server(), true);
  }
};

TEST_P(SplitLines, two_segments_at_every_position) {
  expect_every_cut_passes(Pace::at_once);
}

TEST_P(SplitLines, two_segments_the_second_after_the_acknowledgment) {
  expect_every_cut_passes(Pace::acknowledged);
}

TEST_P(SplitLines, two_writes_of_a_sender_with_nagle) {
  let_nagle_work();
  expect_every_cut_passes(Pace::nagle);
}

TEST_P(SplitLines, many_segments) {
  expect_pieces_pass({2, 3, 5, 12}, Pace::at_once);
}

TEST_P(SplitLines, byte_by_byte) {
  expect_pieces_pass({1, 1, 1}, Pace::at_once);
}

TEST_P(SplitLines, byte_by_byte_each_after_an_acknowledgment) {
  expect_pieces_pass({1, 1, 1}, Pace::acknowledged);
}

TEST_P(SplitLines, small_writes_of_a_sender_with_nagle) {
  let_nagle_work();
  expect_pieces_pass({1, 2, 7}, Pace::nagle);
}

INSTANTIATE_TEST_SUITE_P(Across, SplitLines, testing::ValuesIn(translated_ways()), way_name);

}  // namespace
}  // namespace pinhole::test
