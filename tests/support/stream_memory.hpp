// What a receiver has seen at each number of its peer, in whatever order it came.
//
// The law of every path that is no attacker: bytes that come twice are the same both times.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "pinhole/net/seq.hpp"

namespace pinhole::test {

class StreamMemory {
 public:
  explicit StreamMemory(net::Seq next = {}) : first_(next) {}

  /// Compares with what is known, and keeps what is new.
  void arrive(net::Seq begin, std::span<const std::uint8_t> bytes) { take(begin, bytes, true); }
  /// The same, but what is new may come another way later.
  void arrive_unchecked(net::Seq begin, std::span<const std::uint8_t> bytes) { take(begin, bytes, false); }

  /// Behind the last byte before which none is missing: what the receiver acknowledges.
  net::Seq next() const { return first_ + static_cast<std::int64_t>(in_order_); }

 private:
  enum : std::int16_t { kUnknown = -2, kAnything = -1 };  // or a byte

  std::int16_t& at(net::Seq seq);
  void take(net::Seq begin, std::span<const std::uint8_t> bytes, bool checked);

  net::Seq first_;
  std::vector<std::int16_t> near_;                       // from first_ on
  std::unordered_map<std::uint32_t, std::int16_t> far_;  // what lies elsewhere
  std::size_t in_order_ = 0;
};

}  // namespace pinhole::test
