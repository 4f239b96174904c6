// The options of a TCP header, one after the other (RFC 9293 section 3.1).
#pragma once

#include <cstdint>
#include <span>

namespace pinhole::net {

/// The kind numbers of IANA's registry.
enum TcpOption : std::uint8_t { kEndOfOptions = 0, kNoOperation = 1, kSack = 5, kTimestamps = 8 };

/// Calls `visit(kind, at, length)` for each option but padding: `at` is the offset of its first byte behind
/// kind and length, `length` counts from there. Stops at one that does not lie within `options`.
template <class Visit>
void for_each_option(std::span<const std::uint8_t> options, Visit visit) {
  for (std::size_t at = 0; at < options.size() && options[at] != kEndOfOptions;) {
    if (options[at] == kNoOperation) {
      ++at;
      continue;
    }
    if (at + 2 > options.size() || options[at + 1] < 2 || at + options[at + 1] > options.size()) return;
    visit(options[at], at + 2, std::size_t{options[at + 1]} - 2);
    at += options[at + 1];
  }
}

}  // namespace pinhole::net
