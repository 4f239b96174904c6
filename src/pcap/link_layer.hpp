// Where the IP packet begins in a captured frame.
//
// Knows Ethernet with any stack of VLAN tags (802.1Q, 802.1ad) and PPPoE sessions (RFC 2516), Linux cooked
// captures v1 and v2, NFLOG, raw IP and the loopback headers of the BSDs. Never looks into the IP packet
// itself, and never at a byte that was not captured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

namespace pinhole::pcap {

/// The link types we read, with libpcap's numbers (DLT_*).
enum class LinkType : std::uint16_t {
  null = 0,  ///< 4 bytes of address family in the byte order of the capturing host
  ethernet = 1,
  raw = 12,
  loop = 108,  ///< the same as null, in network byte order
  linux_sll = 113,
  ipv4 = 228,
  ipv6 = 229,
  nflog = 239,  ///< iptables -j NFLOG, nft log group: attributes, one of which is the packet
  linux_sll2 = 276,
};

/// nullopt if it is none of ours.
std::optional<LinkType> link_type(int dlt);

enum class LinkError : std::uint8_t {
  too_short,  ///< the link header is not all there, or nothing follows it
  not_ip,     ///< ARP, spanning tree, PPP control …
};

/// The length that some link headers keep of what follows them.
enum class LinkLength : std::uint8_t {
  none,
  pppoe,         ///< RFC 2516
  nflog_little,  ///< of the attribute, in the byte order of the capturing host
  nflog_big,
};

struct IpPlace {
  std::size_t offset = 0;                ///< of the IP header; always smaller than the frame
  LinkLength length = LinkLength::none;  ///< right before the IP header
};

std::variant<IpPlace, LinkError> find_ip(LinkType type, std::span<const std::uint8_t> frame);

/// Makes the length in the link header of `frame` right for what now follows it: up to the end of `frame`,
/// and `missing` bytes that were not captured.
void fit_link_header(const IpPlace& place, std::span<std::uint8_t> frame, std::size_t missing = 0);

}  // namespace pinhole::pcap
