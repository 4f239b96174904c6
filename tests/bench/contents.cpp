#include "contents.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <random>
#include <vector>

namespace pinhole::bench {
namespace {

// A prime, so that no power of two, in which buffers come, is a period of it.
constexpr std::size_t kPeriod = 1'048'573;
constexpr std::size_t kStep = 7919;  // between the beginnings of two transfers

const std::vector<std::uint8_t>& noise() {
  static const std::vector<std::uint8_t> bytes = [] {
    std::mt19937 random(1);  // the same in every process
    std::vector<std::uint8_t> result(kPeriod);
    std::ranges::generate(result, [&] { return static_cast<std::uint8_t>(random()); });
    return result;
  }();
  return bytes;
}

}  // namespace

std::span<const std::uint8_t> Contents::from(std::uint64_t position) const {
  if (position >= size) return {};
  const auto begin = static_cast<std::size_t>((std::uint64_t{number} * kStep + position) % kPeriod);
  const auto length = std::min<std::uint64_t>(size - position, kPeriod - begin);
  return std::span(noise()).subspan(begin, static_cast<std::size_t>(length));
}

bool Contents::match(std::uint64_t position, std::span<const std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const auto right = from(position);
    const auto length = std::min(right.size(), bytes.size());
    if (length == 0 || std::memcmp(right.data(), bytes.data(), length) != 0) return false;
    position += length;
    bytes = bytes.subspan(length);
  }
  return true;
}

std::string Contents::name() const {
  return std::to_string(size) + "." + std::to_string(number);
}

std::optional<Contents> Contents::named(std::string_view name) {
  Contents result;
  const char* const end = name.data() + name.size();
  const auto [dot, error] = std::from_chars(name.data(), end, result.size);
  if (error != std::errc() || dot == end || *dot != '.') return {};
  const auto [rest, second] = std::from_chars(dot + 1, end, result.number);
  if (second != std::errc() || rest != end) return {};
  return result;
}

}  // namespace pinhole::bench
