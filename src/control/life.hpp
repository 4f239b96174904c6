// The life of a control connection, and everything that moves it on.
//
//   silent ── spoke ──► open ── FIN ──► half_closed ── the other side's FIN ──► closed
//   any ── RST, forgotten ──► closed            any ── reset by the gateway ──► reset
//
// Closed and reset connections linger: what still comes is answered or turned away.
#pragma once

#include <cstdint>
#include <optional>

#include "pinhole/net/per_side.hpp"

namespace pinhole::control {

class Life {
 public:
  enum class Stage : std::uint8_t {
    silent,  ///< neither side has said anything
    open,
    half_closed,  ///< one side has said all: nothing is opened any longer
    closed,       ///< both have, or one has broken it off
    reset,        ///< the gateway has reset both ends
  };

  Stage stage() const { return stage_; }
  bool over() const { return stage_ == Stage::closed || stage_ == Stage::reset; }
  /// Data connections may still be negotiated.
  bool may_open() const { return stage_ == Stage::silent || stage_ == Stage::open; }
  /// This side's FIN came in order.
  bool has_left(net::Side side) const { return both_left_ || left_ == side; }

  void spoke(net::Side side) {
    spoken_[side] = true;
    if (stage_ == Stage::silent) stage_ = Stage::open;
  }
  /// This side has sent payload.
  bool has_spoken(net::Side side) const { return spoken_[side]; }
  /// True if nobody is left.
  bool fin(net::Side side) {
    both_left_ = both_left_ || (left_ && *left_ != side);
    left_ = side;
    if (!over()) stage_ = Stage::half_closed;
    return both_left_;
  }
  /// False if it was over before.
  bool end(bool by_reset) {
    const bool first = !over();
    if (first || by_reset) stage_ = by_reset ? Stage::reset : Stage::closed;
    return first;
  }

 private:
  Stage stage_ = Stage::silent;
  net::PerSide<bool> spoken_{};
  std::optional<net::Side> left_;
  bool both_left_ = false;
};

}  // namespace pinhole::control
