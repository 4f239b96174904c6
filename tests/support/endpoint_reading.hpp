// Endpoints in lines, read once more in the plainest way.
#pragma once

#include <string_view>

#include "pinhole/ftp/data_endpoint.hpp"

namespace pinhole::test {

/// Whether the endpoint's own text is one of the form, every number in its range, and says what was found.
bool says(ftp::Form form, std::string_view line, const ftp::DataEndpoint& found);

}  // namespace pinhole::test
