#include "control/telnet_in_verb.hpp"

#include <algorithm>
#include <string_view>

#include "ftp/text.hpp"

namespace pinhole::control {
namespace {

/// SB, WILL, WON'T, DO, DON'T.
constexpr bool negotiates(std::uint8_t byte) {
  return byte >= 250 && byte <= 254;
}
/// What some server or other skips before a command.
constexpr bool is_skipped(std::uint8_t byte) {
  return std::string_view(" \t\r\0", 4).find(static_cast<char>(byte)) != std::string_view::npos;
}

}  // namespace

std::optional<std::vector<std::string>> verbs_behind_telnet(std::span<const std::uint8_t> raw) {
  const auto begin = std::ranges::find_if_not(raw, [](auto b) { return is_telnet(b) || is_skipped(b); });
  const auto end =
      std::find_if_not(begin, raw.end(), [](auto b) { return ftp::is_verb_character(static_cast<char>(b)); });
  if (end != raw.end() && is_telnet(*end)) return std::nullopt;
  if (std::any_of(raw.begin(), begin, negotiates)) return std::nullopt;
  if (std::none_of(raw.begin(), begin, is_telnet) || begin == end) return std::vector<std::string>{};
  // Its first letter may be taken for the second byte of a Telnet command.
  return std::vector{std::string(begin, end), std::string(begin + 1, end)};
}

}  // namespace pinhole::control
