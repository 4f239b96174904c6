// What happens in a session, one act after the other: who says what, who opens which data connection, and how
// many bytes pass. One hand plays both ends, so an act is over when the other end has noticed it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "differential/habits.hpp"
#include "property/random.hpp"
#include "support/lab.hpp"

namespace pinhole::test::differential {

enum class Side { client, server };
constexpr Side other(Side side) {
  return side == Side::client ? Side::server : Side::client;
}

struct Act {
  enum class Kind {
    say,     ///< on the control connection; the other end hears the same, but for endpoints
    listen,  ///< for a data connection, at a fresh port
    dial,    ///< what the other end was heard to announce
    meet,    ///< the one who listens accepts
    send,    ///< all bytes, then its end; the other end reads both
    drop,    ///< the data connection is closed, with nothing read from it
    wait,    ///< nobody does anything for a while
  };
  Kind kind;
  Side side;
  std::vector<std::string> lines = {};  ///< say: with placeholders (habits.hpp), without line ends
  bool secret = false;                  ///< say: what must not be printed
  std::size_t bytes = 0;                ///< send
  std::chrono::seconds time{0};         ///< wait
};

struct Step {
  std::string name;
  std::vector<Act> acts = {};
  std::set<std::string_view> facets = {};  ///< whose dialect shows in this step
};

/// All of a session from the greeting to its end.
std::vector<Step> some_script(const Habits& habits, Family family, Random& random);

}  // namespace pinhole::test::differential
