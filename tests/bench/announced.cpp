#include "announced.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace pinhole::bench {
namespace {

/// All of `text` as a number.
template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number result{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, result);
  if (error != std::errc() || rest != end) return {};
  return result;
}

/// Cuts the part before `mark` off `text`; all of it where there is no mark.
std::string_view take(std::string_view& text, char mark) {
  const auto end = text.find(mark);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

}  // namespace

std::string commas(const Endpoint& endpoint) {
  auto result = endpoint.address.to_string();
  std::ranges::replace(result, '.', ',');
  return result + "," + std::to_string(endpoint.port / 256) + "," + std::to_string(endpoint.port % 256);
}

std::string bars(const Endpoint& endpoint) {
  const char* family = endpoint.address.family() == net::Family::v4 ? "|1|" : "|2|";
  return family + endpoint.address.to_string() + "|" + std::to_string(endpoint.port) + "|";
}

std::optional<Endpoint> from_commas(std::string_view text) {
  std::array<std::uint8_t, 6> bytes{};
  for (auto& byte : bytes) {
    const auto value = number<std::uint8_t>(take(text, ','));
    if (!value) return {};
    byte = *value;
  }
  if (!text.empty()) return {};
  return Endpoint{net::IpAddress::from_bytes(std::span(bytes).first(4)),
                  static_cast<net::Port>(bytes[4] * 256 + bytes[5])};
}

std::optional<Endpoint> from_bars(std::string_view text) {
  if (!take(text, '|').empty()) return {};
  take(text, '|');  // the family, which the address says as well
  const auto address = net::IpAddress::parse(take(text, '|'));
  const auto port = number<net::Port>(take(text, '|'));
  if (!address || !port || !text.empty()) return {};
  return Endpoint{*address, *port};
}

std::optional<net::Port> port_from_bars(std::string_view text) {
  if (!text.starts_with("|||") || !text.ends_with('|') || text.size() < 5) return {};
  return number<net::Port>(text.substr(3, text.size() - 4));
}

std::string_view parenthesized(std::string_view reply) {
  const auto begin = reply.find('('), end = reply.rfind(')');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  return reply.substr(begin + 1, end - begin - 1);
}

}  // namespace pinhole::bench
