// TCP's urgent pointer (RFC 9293 section 3.8.5, RFC 6093).
//
// Many servers take the byte that it marks out of the stream: with a mark on one of its letters a verb is
// another one for them than for us. So it passes where it marks what it is for, a Telnet Synch (RFC 854, RFC
// 959 section 4.1.3), and is cleared elsewhere: the byte stays where it is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "control/arrival.hpp"
#include "control/fate.hpp"

namespace pinhole::control {

/// Clears the mark of a packet that has one, unless it is on a Telnet command's byte in that very packet: one
/// that lies ahead could be on anything by then.
void settle_urgent(std::span<std::uint8_t> packet);

/// The segment without such a mark, in `copy`; nullopt if it may stay as it is.
std::optional<net::TcpSegment> settled(const net::TcpSegment& segment, std::vector<std::uint8_t>& copy);

/// Of a packet whose mark was cleared when it came: it does not go on as it was.
Fate with_cleared_mark(const Fate& fate, const Arrival& arrival);

}  // namespace pinhole::control
