#include "pinhole/net/checksum.hpp"

#include "net/bytes.hpp"
#include "net/protocols.hpp"

namespace pinhole::net {
namespace {

std::uint16_t fold(std::uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

}  // namespace

std::uint64_t checksum_sum(std::span<const std::uint8_t> bytes, std::uint64_t initial) {
  std::uint64_t sum = initial;
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) sum += load32(bytes, at);  // 2^16 = 1 modulo 2^16 - 1
  if (at + 2 <= bytes.size()) {
    sum += load16(bytes, at);
    at += 2;
  }
  if (at < bytes.size()) sum += static_cast<std::uint64_t>(bytes[at]) << 8;
  return sum;
}

std::uint16_t checksum_finish(std::uint64_t sum) {
  return static_cast<std::uint16_t>(~fold(sum));
}

std::uint16_t tcp_checksum(const IpAddress& source, const IpAddress& destination,
                           std::span<const std::uint8_t> segment) {
  // The pseudo headers of RFC 9293 section 3.1 and RFC 8200 section 8.1 sum to the same words.
  std::uint64_t sum = kTcp + segment.size();
  sum = checksum_sum(source.bytes(), sum);
  sum = checksum_sum(destination.bytes(), sum);
  return checksum_finish(checksum_sum(segment, sum));
}

std::uint16_t checksum_update(std::uint16_t field, std::span<const std::uint8_t> before,
                              std::span<const std::uint8_t> after) {
  // HC' = ~(~HC + ~m + m')
  const std::uint64_t sum =
      static_cast<std::uint16_t>(~field) +
      static_cast<std::uint64_t>(static_cast<std::uint16_t>(~fold(checksum_sum(before)))) +
      fold(checksum_sum(after));
  return checksum_finish(sum);
}

}  // namespace pinhole::net
