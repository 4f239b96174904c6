// Sequence numbers that pass 2^32 before, inside and behind edited lines.

#include "handmade_session.hpp"

namespace pinhole::test {
namespace {

class Wrap : public HandmadeSession {
 protected:
  void SetUp() override {}

  // How much of each stream the login takes.
  std::int64_t login_size() {
    enter(net::Seq(0));
    return handmade().next();
  }
  // The stream's byte at `position` is the first behind the wrap.
  static net::Seq wrapping_at(std::int64_t position) { return net::Seq(0) - 1 - position; }

  void expect_session_passes() {
    for (int i = 0; i < 3; ++i) {
      const auto line = prepare();
      const auto at = handmade().next();
      handmade().say(line.text.substr(0, 9));
      handmade().say(line.text.substr(9));
      expect_arrived(line);
      handmade().send(at, line.text);
      expect_in_step();
      const auto other = prepare_real();
      real().send(other.text);
      const auto& host = lab().address(client_is_handmade() ? "dialed" : "seen", family());
      const auto heard = handmade().line().value_or("(nothing)");
      EXPECT_EQ(announced_in(heard, host), (Address{host, other.listener->local().port})) << heard;
      if (!client_is_handmade()) {
        EXPECT_EQ(to_real("200 ok"), "200 ok");
      }
      expect_in_step();
    }
  }
};

TEST_P(Wrap, anywhere_near_the_first_edit) {
  const auto begin = login_size();
  if (IsSkipped()) return;
  for (const std::int64_t offset : {-1, 0, 1, 9, 15, 22, 60}) {
    enter(wrapping_at(begin + offset));
    expect_session_passes();
    ASSERT_FALSE(HasFailure()) << offset;
  }
}

INSTANTIATE_TEST_SUITE_P(Handmade, Wrap, testing::ValuesIn(handmade_cases()), handmade_name);

}  // namespace
}  // namespace pinhole::test
