// Whether the kernel and our privileges suffice, in words.
//
// Asks only; nothing is changed.
#pragma once

#include <optional>
#include <string>
#include <system_error>

namespace pinhole::netfilter {

/// What is missing before a queue can be bound, as one line with its remedy; nullopt if nothing is.
std::optional<std::string> missing_requirement();

/// Why a worker on this queue could not be made, as one line.
std::string explain_queue_failure(unsigned queue, const std::system_error& error);

}  // namespace pinhole::netfilter
