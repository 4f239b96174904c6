// What one side last said of itself in its TCP headers.
#pragma once

#include <cstdint>
#include <optional>

#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::control {

struct Advertised {
  std::uint16_t window = 0xffff;            ///< as on the wire
  std::optional<net::TcpTimestamps> clock;  ///< of its newest packet

  /// `segment` is no SYN, whose window is not scaled. Packets may overtake one another; the clock wraps.
  void update(const net::TcpSegment& segment) {
    window = segment.window();
    const auto now = segment.timestamps();
    if (now && (!clock || static_cast<std::int32_t>(now->value - clock->value) >= 0)) clock = now;
  }
};

}  // namespace pinhole::control
