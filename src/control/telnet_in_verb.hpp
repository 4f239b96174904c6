// Telnet commands before a verb or in it, which servers read differently: some take them out as RFC 854 says,
// some take out two bytes each, some only the IAC, and one that is marked urgent may be gone before.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pinhole::control {

/// From SE (240) to IAC (255): what Telnet's commands are made of (RFC 854).
constexpr bool is_telnet(std::uint8_t byte) {
  return byte >= 240;
}

/// The verbs that servers may read in a command that begins with `raw`, the verb's end included, because of
/// Telnet commands before it; none if there are none. nullopt if nobody can tell: they are in the verb or
/// touch its end, or they negotiate, so that bytes behind them belong to them for some readers.
std::optional<std::vector<std::string>> verbs_behind_telnet(std::span<const std::uint8_t> raw);

}  // namespace pinhole::control
