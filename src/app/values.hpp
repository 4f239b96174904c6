// Readers of single values. Each answers false, and leaves the target alone, if the text is no such value.
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "pinhole/net/address.hpp"

namespace pinhole::app {

inline std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

template <class Number>
bool read_number(std::string_view text, Number least, Number most, Number& target) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) return false;
  target = value;
  return true;
}

inline bool read_port(std::string_view text, net::Port& target) {
  return read_number<net::Port>(text, 1, std::numeric_limits<net::Port>::max(), target);
}

inline bool read_seconds(std::string_view text, unsigned most, std::chrono::seconds& target) {
  unsigned value = 0;
  if (!read_number(text, 1u, most, value)) return false;
  target = std::chrono::seconds(value);
  return true;
}

template <class Value, std::size_t N>
bool read_choice(std::string_view text, const std::array<std::pair<std::string_view, Value>, N>& choices,
                 Value& target) {
  for (const auto& [name, value] : choices) {
    if (name != text) continue;
    target = value;
    return true;
  }
  return false;
}

inline bool read_yes(std::string_view text, bool& target) {
  return read_choice(
      text, std::array{std::pair{std::string_view("yes"), true}, std::pair{std::string_view("no"), false}},
      target);
}

/// Items separated by commas; `read_item` takes the text of one and a reference to its value.
template <class Item, class ReadItem>
bool read_list(std::string_view text, ReadItem read_item, std::vector<Item>& target) {
  std::vector<Item> items;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto comma = std::min(text.find(',', begin), text.size());
    Item item{};
    if (!read_item(trimmed(text.substr(begin, comma - begin)), item)) return false;
    items.push_back(std::move(item));
    begin = comma + 1;
  }
  target = std::move(items);
  return true;
}

}  // namespace pinhole::app
