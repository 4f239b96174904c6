// Changing a packet that TcpSegment has checked: new payload, new addresses, shifted numbers.
//
// Lengths and checksums always come out consistent. rebuild() and restamp() compute checksums in full (a
// packet with a partial checksum comes out whole); readdress(), shift_seq() and map_acks() update them
// incrementally, so a wrong one stays wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "pinhole/net/address.hpp"
#include "pinhole/net/seq.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::net {

/// Writes to `out` (cleared first; its capacity is reused) the segment with another sequence number and
/// payload. Headers, options and flags are kept, FIN and PSH only if `keep_end`, that is, if the payload
/// still ends where the original did. The urgent pointer is moved with the sequence number.
void rebuild(const TcpSegment& original, Seq seq, std::span<const std::uint8_t> payload, bool keep_end,
             std::vector<std::uint8_t>& out);

/// Writes to `out` an empty segment that acknowledges everything up to `ack`, from the destination of
/// `received` to its source, an answer to the timestamps `clock` if there are any (RFC 7323).
/// `window` is the field as on the wire.
void build_ack(const TcpSegment& received, Seq ack, std::uint16_t window,
               const std::optional<TcpTimestamps>& clock, std::vector<std::uint8_t>& out);

/// Writes to `out` the RST that ends the connection of `received`, which has an ACK, for its sender: with the
/// number that the sender waits for (RFC 5961 section 3.2).
void build_reset(const TcpSegment& received, std::vector<std::uint8_t>& out);

/// Writes to `out` the RST that ends the connection of `original` for its receiver, which waits for `seq`.
void rebuild_as_reset(const TcpSegment& original, Seq seq, std::vector<std::uint8_t>& out);

/// Replaces the timestamps of a packet that TcpSegment::parse accepts (RFC 7323 section 3). False if it has
/// none or these already.
bool restamp(std::span<std::uint8_t> packet, const TcpTimestamps& timestamps);

/// Takes the URG flag and the urgent pointer off a packet that TcpSegment::parse accepts.
void clear_urgent(std::span<std::uint8_t> packet);

/// Replaces addresses and ports of a packet that TcpSegment::parse accepts; of the same family.
void readdress(std::span<std::uint8_t> packet, const Endpoint& source, const Endpoint& destination);

/// Adds `delta` to the sequence number.
void shift_seq(std::span<std::uint8_t> packet, std::int32_t delta);

/// Replaces the acknowledgment number and every edge of a SACK option (RFC 2018) by `map` of it.
void map_acks(std::span<std::uint8_t> packet, const std::function<Seq(Seq)>& map);

}  // namespace pinhole::net
