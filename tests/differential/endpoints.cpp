#include "differential/endpoints.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <vector>

namespace pinhole::test::differential {
namespace {

void replace(std::string& text, std::string_view placeholder, const std::string& by) {
  for (auto at = text.find(placeholder); at != text.npos; at = text.find(placeholder, at + by.size())) {
    text.replace(at, placeholder.size(), by);
  }
}

std::vector<unsigned> six_numbers(const Address& address) {
  std::array<unsigned char, 4> bytes{};
  inet_pton(AF_INET, address.host.c_str(), bytes.data());
  return {bytes[0], bytes[1], bytes[2], bytes[3], address.port / 256u, address.port % 256u};
}

std::string joined(const std::vector<unsigned>& numbers, const char* format) {
  std::string text;
  for (const auto number : numbers) {
    std::array<char, 8> digits{};
    std::snprintf(digits.data(), digits.size(), format, number);
    text += (text.empty() ? "" : ",") + std::string(digits.data());
  }
  return text;
}

// All eight groups, with their zeros.
std::string full(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, host.c_str(), bytes.data()) != 1) return host;
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    std::array<char, 8> group{};
    std::snprintf(group.data(), group.size(), "%02x%02x", bytes[i], bytes[i + 1]);
    text += (text.empty() ? "" : ":") + std::string(group.data());
  }
  return text;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

std::string systems_spelling(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_pton(AF_INET6, host.c_str(), bytes.data()) != 1) return host;
  return inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
}

// A decimal number at the beginning of `text`, which is then behind it.
std::optional<unsigned> take_number(std::string_view& text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// The first six numbers with commas between them, whatever stands before and behind.
std::optional<Address> six_numbers_in(std::string_view line) {
  auto text = line.substr(std::min(line.size(), line.find_first_of("0123456789", 4)));
  std::array<unsigned, 6> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && !text.starts_with(',')) return std::nullopt;
    if (i > 0) text.remove_prefix(1);
    const auto number = take_number(text);
    if (!number || *number > 255) return std::nullopt;
    numbers[i] = *number;
  }
  std::string host;
  for (std::size_t i = 0; i < 4; ++i) host += (i > 0 ? "." : "") + std::to_string(numbers[i]);
  return Address{host, static_cast<std::uint16_t>(numbers[4] * 256 + numbers[5])};
}

// From its first delimiter on: family, host and port, of which the first two may be empty.
std::optional<Address> between_delimiters(std::string_view text, const std::string& implied) {
  if (text.empty()) return std::nullopt;
  std::array<std::string_view, 3> parts;
  const char delimiter = text[0];
  for (auto& part : parts) {
    text.remove_prefix(1);
    const auto end = text.find(delimiter);
    if (end == text.npos) return std::nullopt;
    part = text.substr(0, end);
    text.remove_prefix(end);
  }
  const auto port = take_number(parts[2]);
  if (!port || *port > 65'535 || !parts[2].empty()) return std::nullopt;
  return Address{parts[1].empty() ? implied : systems_spelling(std::string(parts[1])),
                 static_cast<std::uint16_t>(*port)};
}

}  // namespace

Notation notation_of(std::string_view text) {
  if (text.find("$COMMAS") != text.npos || text.find("$ZEROS") != text.npos) return Notation::commas;
  if (text.find("$PORT") == text.npos) return Notation::none;
  return text.find("$HOST") != text.npos ? Notation::extended : Notation::port_only;
}

std::string filled_in(std::string text, const Address& announced) {
  if (text.find('$') == text.npos) return text;
  const bool v4 = announced.host.find(':') == announced.host.npos;
  if (v4) {
    replace(text, "$COMMAS", joined(six_numbers(announced), "%u"));
    replace(text, "$ZEROS", joined(six_numbers(announced), "%03u"));
  }
  replace(text, "$PORT", std::to_string(announced.port));
  replace(text, "$FAMILY", v4 ? "1" : "2");
  replace(text, "$HOST_UPPER", upper(announced.host));
  replace(text, "$HOST_FULL", full(announced.host));
  replace(text, "$HOST", announced.host);
  return text;
}

std::optional<Address> announced_in(std::string_view line, Notation notation, const std::string& implied) {
  switch (notation) {
    case Notation::none:
      return std::nullopt;
    case Notation::commas:
      return six_numbers_in(line);
    case Notation::extended:  // behind the verb and its blank
      return between_delimiters(line.substr(std::min(line.size(), line.find(' ') + 1)), implied);
    case Notation::port_only: {
      const auto open = line.find('(');
      return open == line.npos ? std::nullopt : between_delimiters(line.substr(open + 1), implied);
    }
  }
  return std::nullopt;
}

}  // namespace pinhole::test::differential
