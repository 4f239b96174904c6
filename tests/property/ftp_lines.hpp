// Lines of real sessions, and what noise makes of them.
#pragma once

#include <string>
#include <string_view>

#include "pinhole/ftp/data_endpoint.hpp"
#include "property/random.hpp"

namespace pinhole::test {

std::string_view real_command(Random& random);
std::string_view real_reply(Random& random);

/// A few bytes of `line` changed, left out, put in or repeated.
std::string mutated(Random& random, std::string line);

/// Reads the endpoint's own text once more, in the plainest way: whether it is one of the form, every number
/// in its range, and whether it says what was found.
bool says(ftp::Form form, std::string_view line, const ftp::DataEndpoint& found);

}  // namespace pinhole::test
