// What holds for every packet that TcpSegment accepts, whatever else is wrong with it, and for every edit of
// it. Each check throws LawBroken.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pinhole/net/address.hpp"
#include "pinhole/net/seq.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::test {

/// Parts lie where they should, and every accessor can be called.
void check_view(std::span<const std::uint8_t> packet, const net::TcpSegment& segment);

/// `payload` must fit behind the headers into 64 KiB.
void check_rebuild(const net::TcpSegment& segment, net::Seq seq, std::span<const std::uint8_t> payload,
                   bool keep_end);
void check_build_ack(const net::TcpSegment& segment, net::Seq ack, std::uint16_t window);

/// `packet` parses; the endpoints are of its family.
void check_readdress(std::span<const std::uint8_t> packet, const net::Endpoint& source,
                     const net::Endpoint& destination);
/// Shifts the packet's number and what it acknowledges by `delta`, and back again.
void check_shift(std::span<const std::uint8_t> packet, std::int32_t delta);

}  // namespace pinhole::test
