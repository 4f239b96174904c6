// ASCII without locales.
#pragma once

#include <algorithm>
#include <string_view>

namespace pinhole::ftp {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
/// '@' begins the commands of a server-to-server site (P@SW).
constexpr bool is_verb_character(char c) {
  return is_letter(c) || is_digit(c) || c == '@';
}
/// What separates a verb from what is before and behind it.
constexpr std::string_view kBlanks = " \t";
constexpr bool is_space(char c) {
  return c == ' ' || c == '\t';
}
constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// `upper_case` must be in upper case.
inline bool equals_ignoring_case(std::string_view text, std::string_view upper_case) {
  return std::equal(text.begin(), text.end(), upper_case.begin(), upper_case.end(),
                    [](char a, char b) { return upper(a) == b; });
}

inline std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace pinhole::ftp
