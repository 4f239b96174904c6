// Conversations of any kind: a session never breaks, and allows no more than its rules.

#include "pinhole/ftp/session.hpp"

#include <gtest/gtest.h>

#include "property/ftp_lines.hpp"

namespace pinhole::test {
namespace {

using Kind = ftp::Heard::Kind;
using Standing = ftp::Heard::Standing;
using State = ftp::Session::State;

/// What was said in a conversation, counted in the plainest way.
struct Witness {
  std::size_t passive_asked = 0, answered_well = 0;
  std::size_t offers_made = 0, offers_concluded = 0;
  bool completed = false;  // any 2yz behind the greeting: no login without one
  bool foreign = false;
};

void check_endpoint(const ftp::Heard& heard, std::string_view line) {
  if (heard.endpoint) {
    ASSERT_TRUE(says(heard.form, line, *heard.endpoint)) << line;
  }
}

void speak(Random& random, ftp::Session& session, Witness& witness) {
  const std::string line = random.chance(70) ? std::string(real_command(random))
                                             : mutated(random, std::string(real_command(random)));
  const auto heard = session.hear_command(line, random.chance(95));
  check_endpoint(heard, line);
  const auto command = ftp::parse_command(line);
  if (command && (command->verb == ftp::Verb::pasv || command->verb == ftp::Verb::epsv))
    ++witness.passive_asked;
  if (heard.kind == Kind::offer) {
    ++witness.offers_made;
    if (heard.standing == Standing::good) {
      ASSERT_TRUE(witness.completed && !witness.foreign) << line;
      ASSERT_EQ(session.state(), State::authorized);
    }
  }
  if (heard.kind == Kind::foreign) witness.foreign = true;
}

void answer(Random& random, ftp::Session& session, Witness& witness) {
  const std::string line =
      random.chance(80) ? std::string(real_reply(random)) : mutated(random, std::string(real_reply(random)));
  const auto state = session.state();
  const auto heard = session.hear_reply(line, random.chance(95));
  check_endpoint(heard, line);
  if (state != State::greeting && line.starts_with('2')) witness.completed = true;
  if (heard.kind == Kind::answer && heard.standing == Standing::good) {
    ASSERT_TRUE(witness.completed && !witness.foreign) << line;
    ASSERT_LE(++witness.answered_well, witness.passive_asked) << line;
  }
  if (heard.kind == Kind::offer_accepted || heard.kind == Kind::offer_refused) {
    ASSERT_LE(++witness.offers_concluded, witness.offers_made) << line;
  }
  if (heard.kind == Kind::foreign || session.state() == State::foreign) witness.foreign = true;
}

TEST(SessionProperty, AllowsNothingThatWasNotEarned) {
  std::size_t good = 0, foreign = 0;
  for_random(3000, [&](Random& random) {
    ftp::Session session(random.between(1, 20));
    Witness witness;
    if (random.chance(80)) {
      session.hear_reply("220 Ready", true);
      session.hear_command("USER x", true);
      answer(random, session, witness);
    }
    for (auto lines = random.between(1, 60); lines > 0 && !testing::Test::HasFailure(); --lines) {
      random.chance(50) ? speak(random, session, witness) : answer(random, session, witness);
      if (random.chance(2)) session.cleared();
      if (witness.foreign) {
        ASSERT_EQ(session.state(), State::foreign) << "for ever";
      }
    }
    good += witness.answered_well;
    foreign += witness.foreign;
  });
  EXPECT_GT(good, 30u);
  EXPECT_GT(foreign, 100u);
}

/// Lines that may need an edit are announced as such from their first byte on.
TEST(SessionProperty, EveryEditIsForeseen) {
  for_random(3000, [](Random& random) {
    ftp::Session session(20);
    session.hear_reply("220 Ready", true);
    session.hear_command("USER x", true);
    session.hear_reply("230 Welcome", true);
    for (auto lines = random.between(1, 30); lines > 0; --lines) {
      const bool client = random.chance(50);
      const auto line = mutated(random, std::string(client ? real_command(random) : real_reply(random)));
      const auto begin = line.substr(0, random.below(line.size() + 1));
      const bool foreseen =
          client ? session.may_need_edit_command(begin) : session.may_need_edit_reply(begin);
      const auto heard = client ? session.hear_command(line, true) : session.hear_reply(line, true);
      if (heard.kind == Kind::offer || heard.kind == Kind::answer) {
        ASSERT_TRUE(foreseen || heard.standing == Standing::foreign ||
                    heard.standing == Standing::from_middle || heard.standing == Standing::unsolicited ||
                    heard.standing == Standing::not_logged_in)
            << begin << " of " << line;
      }
    }
  });
}

}  // namespace
}  // namespace pinhole::test
