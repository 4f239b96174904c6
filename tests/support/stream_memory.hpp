// What a receiver has seen at each number of its peer, in whatever order it came.
//
// The law of every path that is no attacker: bytes that come twice are the same both times.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>

#include "pinhole/net/seq.hpp"

namespace pinhole::test {

class StreamMemory {
 public:
  explicit StreamMemory(net::Seq next = {}) : next_(next) {}

  /// Compares with what is known, and keeps what is new.
  void arrive(net::Seq begin, std::span<const std::uint8_t> bytes);
  /// The same, but what is new may come another way later.
  void arrive_unchecked(net::Seq begin, std::span<const std::uint8_t> bytes);

  /// Behind the last byte before which none is missing: what the receiver acknowledges.
  net::Seq next() const { return next_; }

 private:
  void check(net::Seq begin, std::span<const std::uint8_t> bytes) const;
  std::unordered_map<std::uint32_t, std::optional<std::uint8_t>> bytes_;  // nullopt: anything
  net::Seq next_;
};

}  // namespace pinhole::test
