// A TCP sequence number: 32 bits that wrap (RFC 9293 section 3.4).
//
// It has only the operations that make sense: adding a number of bytes, the signed distance between two
// numbers, and the wrapping order, which holds for numbers less than 2^31 apart.
#pragma once

#include <cstdint>

namespace pinhole::net {

class Seq {
 public:
  constexpr Seq() = default;
  constexpr explicit Seq(std::uint32_t raw) : raw_(raw) {}

  constexpr std::uint32_t raw() const { return raw_; }

  constexpr Seq operator+(std::int64_t bytes) const { return Seq(raw_ + static_cast<std::uint32_t>(bytes)); }
  constexpr Seq operator-(std::int64_t bytes) const { return Seq(raw_ - static_cast<std::uint32_t>(bytes)); }

  /// Bytes from `other` to this number; negative when this one comes first.
  constexpr std::int32_t operator-(Seq other) const { return static_cast<std::int32_t>(raw_ - other.raw_); }

  constexpr bool operator==(const Seq&) const = default;
  constexpr bool operator<(Seq other) const { return *this - other < 0; }
  constexpr bool operator>(Seq other) const { return *this - other > 0; }
  constexpr bool operator<=(Seq other) const { return *this - other <= 0; }
  constexpr bool operator>=(Seq other) const { return *this - other >= 0; }

 private:
  std::uint32_t raw_ = 0;
};

constexpr Seq earlier(Seq a, Seq b) {
  return a < b ? a : b;
}
constexpr Seq later(Seq a, Seq b) {
  return a < b ? b : a;
}

}  // namespace pinhole::net
