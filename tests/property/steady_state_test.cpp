// However long a session lasts: once warm, it asks for no more memory, so what it remembers is bounded.

#include <gtest/gtest.h>

#include "pinhole/ftp/session.hpp"
#include "pinhole/stream/line_reader.hpp"
#include "pinhole/stream/rewriter.hpp"
#include "property/random.hpp"
#include "support/allocations.hpp"
#include "unit/stream/lines.hpp"

namespace pinhole::test {
namespace {

TEST(SteadyState, OfASessionThatIsNeverAtRest) {
  for_random(20, [](Random& random) {
    const auto limit = random.between(3, 40);
    ftp::Session session({limit, true});
    session.hear_reply("220 Ready", true);
    session.hear_command("USER x", true);
    session.hear_reply("230 Welcome", true);
    std::size_t open = 0;
    const auto talk = [&](std::size_t lines) {
      for (; lines > 0; --lines) {
        if (open < 2 || (open < limit && random.chance(50))) {
          session.hear_command(random.chance(30) ? "PASV" : "NOOP", true);
          ++open;
        } else {
          session.hear_reply("500 No", true);
          --open;
        }
      }
    };
    // The most it ever holds: as many as may be open behind all but one of as many.
    for (std::size_t i = 0; i < limit; ++i) session.hear_command("NOOP", true);
    for (std::size_t i = 1; i < limit; ++i) session.hear_reply("500 No", true);
    for (std::size_t i = 1; i < limit; ++i) session.hear_command("NOOP", true);
    open = limit;
    ASSERT_EQ(allocations_of([&] { talk(20'000); }), 0u);
    ASSERT_EQ(session.state(), ftp::Session::State::authorized);
  });
}

TEST(SteadyState, OfAReaderOfLinesInPieces) {
  stream::LineReader reader(100);
  const std::string text = "NOOP\r\n\xff\xf4\xff\xf2" + std::string("ABOR\r\nPORT 10,0,0,1,4,1\n") +
                           std::string(300, 'x') + "\r\n";
  const auto read = [&] {
    for (std::size_t piece = 1; piece < text.size(); ++piece) {
      auto first = bytes_of(std::string_view(text).substr(0, piece));
      auto second = bytes_of(std::string_view(text).substr(piece));
      for (auto* bytes : {&first, &second}) {
        while (!bytes->empty()) {
          reader.next(*bytes);
          reader.pending_text();
        }
      }
    }
  };
  read();
  EXPECT_EQ(allocations_of(read), 0u);
}

TEST(SteadyState, OfAStreamThatIsEditedAgainAndAgain) {
  for_random(10, [](Random& random) {
    stream::Rewriter rewriter(net::Seq(random.edgy32()), {}, 4000);
    const std::string line(30, 'a'), longer(45, 'b'), shorter(15, 'c');
    const auto run = [&](std::size_t lines, std::size_t kinds) {
      for (; lines > 0; --lines) {
        const auto begin = rewriter.next();
        switch (random.below(kinds)) {
          case 0:
            rewriter.replace(bytes_of(line), bytes_of(longer));
            break;
          case 1:
            rewriter.replace(bytes_of(line), bytes_of(shorter));
            break;
          default:
            rewriter.pass(bytes_of(line));
            break;
        }
        rewriter.render(begin, rewriter.next(), 1400);
        if (lines % 16 == 0) rewriter.acknowledge(rewriter.shift().shift(rewriter.next()));
      }
    };
    run(64, 1);  // sixteen edits in a group, the most there will be
    run(3000, 4);
    ASSERT_EQ(allocations_of([&] { run(20'000, 4); }), 0u);
  });
}

TEST(SteadyState, OfAStreamThatNobodyAcknowledges) {
  stream::Rewriter rewriter(net::Seq(1), {}, 4000);
  const std::string bytes(100, 'x');
  const auto run = [&] {
    for (int i = 0; i < 20'000; ++i) rewriter.pass(bytes_of(bytes));
  };
  run();
  EXPECT_EQ(allocations_of(run), 0u);
}

}  // namespace
}  // namespace pinhole::test
