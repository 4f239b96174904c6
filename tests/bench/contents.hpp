// What transfers carry: bytes that follow from the transfer's number and their place in it, so that either
// end can check them without having been told.
//
// They are random bytes, and neighbouring transfers begin at different places among them: a piece that is
// lost, repeated, or another transfer's does not pass.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pinhole::bench {

struct Contents {
  std::uint64_t size = 0;
  std::uint32_t number = 0;

  /// The bytes from `position` on, as many as lie side by side in memory, up to the end. Empty at the end.
  std::span<const std::uint8_t> from(std::uint64_t position) const;

  /// Whether these are the bytes from `position` on, none of them behind the end.
  bool match(std::uint64_t position, std::span<const std::uint8_t> bytes) const;

  /// As a file's name: "SIZE.NUMBER".
  std::string name() const;
  static std::optional<Contents> named(std::string_view name);

  friend bool operator==(const Contents&, const Contents&) = default;
};

}  // namespace pinhole::bench
