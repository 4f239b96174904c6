// The packets of one side whose verdict waits: those behind a gap, and the parked one.
//
// The last packet of an unfinished line that was acknowledged whole is parked: its verdict can still send the
// bytes on, through NAT and the shift, when the rest of the line never comes.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "control/delayed_verdicts.hpp"
#include "pinhole/stream/edited_direction.hpp"

namespace pinhole::control {

class WaitingPackets {
 public:
  bool empty() const { return held_.empty(); }
  std::size_t held() const { return held_.size(); }
  void hold(DelayedPacket packet) { held_.push_back(std::move(packet)); }

  /// The first of those held that is behind no gap any more, taken out.
  std::optional<DelayedPacket> take_next(const stream::EditedDirection& stream) {
    for (auto packet = held_.begin(); packet != held_.end(); ++packet) {
      const auto segment = packet->segment();
      const auto placement = stream.place(segment.seq(), segment.payload().size());
      if (placement.position == stream::Reassembler::Position::gap) continue;
      std::optional next(std::move(*packet));
      held_.erase(packet);
      return next;
    }
    return std::nullopt;
  }

  bool has_parked() const { return parked_.has_value(); }
  const DelayedPacket* parked() const { return parked_ ? &*parked_ : nullptr; }
  void park(DelayedPacket packet) { parked_ = std::move(packet); }
  std::optional<DelayedPacket> take_parked() { return std::exchange(parked_, std::nullopt); }

  std::vector<DelayedPacket> take_held() { return std::exchange(held_, {}); }

 private:
  std::vector<DelayedPacket> held_;
  std::optional<DelayedPacket> parked_;
};

}  // namespace pinhole::control
