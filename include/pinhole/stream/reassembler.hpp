// Puts the segments of one direction in order.
//
// It remembers one number, the next byte that nobody has judged yet, and tells of each segment how it lies to
// it. It stores no bytes: what comes after a gap is held as a packet by the gateway, what came before is
// rendered again by the Rewriter.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pinhole/net/seq.hpp"

namespace pinhole::stream {

class Reassembler {
 public:
  enum class Position : std::uint8_t {
    fresh,          ///< has new bytes, behind `skip` known ones
    old,            ///< everything in it was seen before
    gap,            ///< bytes before it are missing
    out_of_window,  ///< so far off that it cannot belong to this connection's window
  };
  struct Placement {
    Position position = Position::out_of_window;
    std::size_t skip = 0;
  };

  /// The largest window that RFC 7323 section 2.3 allows: no honest segment lies farther ahead or behind.
  static constexpr std::int32_t kWindow = 1 << 30;

  explicit Reassembler(net::Seq next) : next_(next) {}

  net::Seq next() const { return next_; }

  Placement place(net::Seq begin, std::size_t length) const {
    const std::int32_t ahead = begin - next_;
    if (ahead > kWindow || ahead < -kWindow) return {Position::out_of_window};
    if (ahead > 0) return {Position::gap};
    const auto known = static_cast<std::size_t>(-static_cast<std::int64_t>(ahead));
    return length > known ? Placement{Position::fresh, known} : Placement{Position::old, length};
  }

  void advance(std::size_t bytes) { next_ = next_ + static_cast<std::int64_t>(bytes); }

 private:
  net::Seq next_;
};

}  // namespace pinhole::stream
