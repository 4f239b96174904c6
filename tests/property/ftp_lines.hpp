// Lines of real sessions, and what noise makes of them.
#pragma once

#include <string>
#include <string_view>

#include "property/random.hpp"

namespace pinhole::test {

std::string_view real_command(Random& random);
std::string_view real_reply(Random& random);

/// A few bytes of `line` changed, left out, put in or repeated.
std::string mutated(Random& random, std::string line);

}  // namespace pinhole::test
