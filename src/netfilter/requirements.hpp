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

/// How many expectations the kernel keeps, of all connections together (nf_conntrack_expect_max); nullopt if
/// it does not tell.
std::optional<std::size_t> most_expectations();

}  // namespace pinhole::netfilter
