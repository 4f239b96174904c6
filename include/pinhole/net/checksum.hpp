// The Internet checksum (RFC 1071), whole and incremental (RFC 1624).
//
// A checksum is kept as the 16-bit number that two bytes in network byte order spell, so that it can be
// compared and stored without thinking about the machine's byte order.
#pragma once

#include <cstdint>
#include <span>

#include "pinhole/net/address.hpp"

namespace pinhole::net {

/// One's complement sum of `bytes` as 16-bit big-endian words (an odd last byte is padded with zero), added
/// to `initial`; not yet folded.
std::uint64_t checksum_sum(std::span<const std::uint8_t> bytes, std::uint64_t initial = 0);

/// Folds a sum to 16 bits and complements it: the value of a checksum field.
std::uint16_t checksum_finish(std::uint64_t sum);

/// The checksum field of a TCP segment (header and payload, its checksum field counted as it stands; zero it
/// first to compute, leave it to verify: a right segment gives 0).
std::uint16_t tcp_checksum(const IpAddress& source, const IpAddress& destination,
                           std::span<const std::uint8_t> segment);

/// The new field after `before` was replaced by `after` (equal length, even offset) in the summed bytes
/// (RFC 1624, equation 3). A field that was wrong stays wrong by the same amount.
std::uint16_t checksum_update(std::uint16_t field, std::span<const std::uint8_t> before,
                              std::span<const std::uint8_t> after);

}  // namespace pinhole::net
