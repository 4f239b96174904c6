// A checked view of one IPv4 or IPv6 packet that carries a TCP segment.
//
// parse() checks every length once; afterwards no accessor can fail or read outside the packet. The view
// borrows the bytes: they must outlive it. Checksums are not verified (captures of offloading hosts have
// wrong ones, and in the kernel conntrack has verified them before us).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "pinhole/net/address.hpp"
#include "pinhole/net/seq.hpp"

namespace pinhole::net {

enum class SegmentError : std::uint8_t {
  not_ip,      ///< the version is neither 4 nor 6
  not_tcp,     ///< another protocol, or an IPv6 header chain that does not end in TCP
  fragment,    ///< a fragment (RFC 791, RFC 8200 section 4.5): its TCP header cannot be trusted
  truncated,   ///< the headers promise more bytes than there are
  bad_header,  ///< a header length that cannot be (IHL < 5, data offset < 5)
};

struct TcpTimestamps {  // RFC 7323 section 3
  std::uint32_t value = 0;
  std::uint32_t echo = 0;

  bool operator==(const TcpTimestamps&) const = default;
};

class TcpSegment {
 public:
  /// `packet` starts at the IP header; bytes behind the IP total length (Ethernet padding) are ignored.
  static std::variant<TcpSegment, SegmentError> parse(std::span<const std::uint8_t> packet);

  Family family() const { return family_; }
  Endpoint source() const;
  Endpoint destination() const;
  Seq seq() const;
  Seq ack() const;               ///< meaningful if has_ack()
  std::uint16_t window() const;  ///< as on the wire, not scaled
  std::uint16_t urgent_pointer() const;
  bool fin() const { return (flags() & 0x01) != 0; }
  bool syn() const { return (flags() & 0x02) != 0; }
  bool rst() const { return (flags() & 0x04) != 0; }
  bool has_ack() const { return (flags() & 0x10) != 0; }
  bool urg() const { return (flags() & 0x20) != 0; }

  std::span<const std::uint8_t> payload() const { return packet_.subspan(payload_offset_); }
  std::span<const std::uint8_t> options() const;  ///< TCP options, raw
  std::optional<TcpTimestamps> timestamps() const;

  /// The whole packet, from the IP header to the end of the payload.
  std::span<const std::uint8_t> packet() const { return packet_; }
  std::size_t tcp_offset() const { return tcp_offset_; }
  std::size_t payload_offset() const { return payload_offset_; }

  /// Sequence number behind the payload (SYN and FIN not counted).
  Seq payload_end() const { return seq() + static_cast<std::int64_t>(payload().size()); }

 private:
  TcpSegment(std::span<const std::uint8_t> packet, Family family, std::size_t tcp_offset,
             std::size_t payload_offset)
      : packet_(packet), tcp_offset_(tcp_offset), payload_offset_(payload_offset), family_(family) {}
  std::uint8_t flags() const { return packet_[tcp_offset_ + 13]; }

  std::span<const std::uint8_t> packet_;
  std::size_t tcp_offset_;
  std::size_t payload_offset_;
  Family family_;
};

}  // namespace pinhole::net
