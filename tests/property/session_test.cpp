// Conversations of any kind: a session never breaks, and allows no more than its rules.

#include <gtest/gtest.h>

#include "property/ftp_lines.hpp"
#include "support/session_witness.hpp"

namespace pinhole::test {
namespace {

using Standing = ftp::Heard::Standing;

std::string some_line(Random& random, bool client, unsigned mutations) {
  const std::string line(client ? real_command(random) : real_reply(random));
  return random.chance(mutations) ? mutated(random, line) : line;
}

TEST(SessionProperty, AllowsNothingThatWasNotEarned) {
  std::size_t good = 0, not_ftp = 0;
  for_random(3000, [&](Random& random) {
    SessionWitness session(random.between(1, 20));
    if (random.chance(80)) {
      session.hear_reply("220 Ready", true);
      session.hear_command("USER x", true);
      session.hear_reply(random.chance(50) ? "230 in" : some_line(random, false, 20), random.chance(95));
    }
    for (auto lines = random.between(1, 60); lines > 0; --lines) {
      if (random.chance(50)) {
        session.hear_command(some_line(random, true, 30), random.chance(95));
      } else {
        session.hear_reply(some_line(random, false, 20), random.chance(95));
      }
      if (random.chance(2)) session.cleared();
    }
    good += session.answered_well();
    not_ftp += session.not_ftp();
  });
  EXPECT_GT(good, 30u);
  EXPECT_GT(not_ftp, 100u);
}

/// Lines that may need an edit are announced as such from their first byte on.
TEST(SessionProperty, EveryEditIsForeseen) {
  std::size_t negotiations = 0;
  for_random(3000, [&](Random& random) {
    SessionWitness session(20);
    session.hear_reply("220 Ready", true);
    session.hear_command("USER x", true);
    session.hear_reply("230 Welcome", true);
    for (auto lines = random.between(1, 30); lines > 0; --lines) {
      const bool client = random.chance(50);
      const auto line = some_line(random, client, 100);
      const auto heard = client ? session.hear_command(line, true) : session.hear_reply(line, true);
      negotiations += heard.endpoint && heard.standing == Standing::good;
    }
  });
  EXPECT_GT(negotiations, 100u);
}

}  // namespace
}  // namespace pinhole::test
