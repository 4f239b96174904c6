#include "pcap/link_layer.hpp"

#include <algorithm>
#include <array>

namespace pinhole::pcap {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Found = std::variant<IpPlace, LinkError>;

// EtherTypes, IEEE 802 Numbers
constexpr unsigned kEtherIpv4 = 0x0800;
constexpr unsigned kEtherIpv6 = 0x86dd;
constexpr unsigned kEtherVlan = 0x8100;
constexpr unsigned kEtherServiceVlan = 0x88a8;
constexpr unsigned kEtherOldServiceVlan = 0x9100;
constexpr unsigned kEtherPppoeSession = 0x8864;

// PPP protocol numbers, RFC 1661 section 2
constexpr unsigned kPppIpv4 = 0x0021;
constexpr unsigned kPppIpv6 = 0x0057;

constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kSllHeader = 16;
constexpr std::size_t kSll2Header = 20;
constexpr std::size_t kLoopHeader = 4;
constexpr std::size_t kNflogHeader = 4;
constexpr std::size_t kAttributeHeader = 4;
constexpr std::size_t kVlanTag = 4;
constexpr std::size_t kPppoeHeader = 8;  // 6 of PPPoE, 2 of PPP

unsigned be16(Bytes bytes, std::size_t at) {
  return static_cast<unsigned>(bytes[at] << 8 | bytes[at + 1]);
}

bool is_vlan(unsigned ether_type) {
  return ether_type == kEtherVlan || ether_type == kEtherServiceVlan || ether_type == kEtherOldServiceVlan;
}

/// `at` is the first byte that `ether_type` describes.
Found after_ether_type(Bytes frame, unsigned ether_type, std::size_t at) {
  while (is_vlan(ether_type)) {
    if (frame.size() < at + kVlanTag) return LinkError::too_short;
    ether_type = be16(frame, at + 2);
    at += kVlanTag;
  }
  if (ether_type == kEtherPppoeSession) {
    if (frame.size() < at + kPppoeHeader) return LinkError::too_short;
    const unsigned protocol = be16(frame, at + 6);
    if (protocol != kPppIpv4 && protocol != kPppIpv6) return LinkError::not_ip;
    return IpPlace{at + kPppoeHeader, LinkLength::pppoe};
  }
  if (ether_type != kEtherIpv4 && ether_type != kEtherIpv6) return LinkError::not_ip;
  return IpPlace{at};
}

/// A header of `size` bytes with an EtherType at `type_at`.
Found after_header(Bytes frame, std::size_t type_at, std::size_t size) {
  if (frame.size() < size) return LinkError::too_short;
  return after_ether_type(frame, be16(frame, type_at), size);
}

Found after_family(Bytes frame) {
  if (frame.size() < kLoopHeader) return LinkError::too_short;
  // AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24, 28 and 30 on the BSDs and macOS. Which byte order
  // the capturing host had is not recorded; all these numbers fit one byte, at either end.
  const auto little = static_cast<unsigned>(frame[0]);
  const auto big = static_cast<unsigned>(frame[3]);
  if (frame[1] != 0 || frame[2] != 0 || (little != 0 && big != 0)) return LinkError::not_ip;
  constexpr std::array kFamilies{2u, 10u, 24u, 28u, 30u};
  if (std::find(kFamilies.begin(), kFamilies.end(), little | big) == kFamilies.end())
    return LinkError::not_ip;
  return IpPlace{kLoopHeader};
}

/// A number of an NFLOG attribute's header.
unsigned host16(Bytes bytes, std::size_t at, bool big) {
  return big ? be16(bytes, at) : static_cast<unsigned>(bytes[at + 1] << 8 | bytes[at]);
}

/// The attribute with the packet (linux/netfilter/nfnetlink_log.h), which a snap length may have cut off.
Found after_attributes(Bytes frame, bool big) {
  constexpr unsigned kPayload = 9;  // NFULA_PAYLOAD
  for (std::size_t at = kNflogHeader; at + kAttributeHeader <= frame.size();) {
    const std::size_t length = host16(frame, at, big);
    if (length < kAttributeHeader) return LinkError::not_ip;
    if ((host16(frame, at + 2, big) & 0x3fff) == kPayload) {
      return IpPlace{at + kAttributeHeader, big ? LinkLength::nflog_big : LinkLength::nflog_little};
    }
    at += (length + 3) & ~std::size_t{3};
  }
  return frame.size() < kNflogHeader ? LinkError::too_short : LinkError::not_ip;
}

/// Which byte order the capturing host had is not recorded.
Found after_nflog(Bytes frame) {
  const auto little = after_attributes(frame, false);
  return std::holds_alternative<IpPlace>(little) ? little : after_attributes(frame, true);
}

Found find(LinkType type, Bytes frame) {
  switch (type) {
    case LinkType::null:
    case LinkType::loop:
      return after_family(frame);
    case LinkType::ethernet:
      return after_header(frame, 12, kEthernetHeader);
    case LinkType::linux_sll:
      return after_header(frame, 14, kSllHeader);
    case LinkType::linux_sll2:
      return after_header(frame, 0, kSll2Header);
    case LinkType::nflog:
      return after_nflog(frame);
    case LinkType::raw:
    case LinkType::ipv4:
    case LinkType::ipv6:
      break;
  }
  return IpPlace{};
}

}  // namespace

std::optional<LinkType> link_type(int dlt) {
  constexpr int kRawOfOpenBsd = 14;
  constexpr int kRawInFiles = 101;
  switch (dlt) {
    case 0:
      return LinkType::null;
    case 1:
      return LinkType::ethernet;
    case 12:
    case kRawOfOpenBsd:
    case kRawInFiles:
      return LinkType::raw;
    case 108:
      return LinkType::loop;
    case 113:
      return LinkType::linux_sll;
    case 228:
      return LinkType::ipv4;
    case 229:
      return LinkType::ipv6;
    case 239:
      return LinkType::nflog;
    case 276:
      return LinkType::linux_sll2;
    default:
      return std::nullopt;
  }
}

std::variant<IpPlace, LinkError> find_ip(LinkType type, std::span<const std::uint8_t> frame) {
  const Found found = find(type, frame);
  const auto* place = std::get_if<IpPlace>(&found);
  if (place != nullptr && place->offset >= frame.size()) return LinkError::too_short;
  return found;
}

void fit_link_header(const IpPlace& place, std::span<std::uint8_t> frame, std::size_t missing) {
  const std::size_t follows = frame.size() - place.offset + missing;
  const auto field = frame.subspan(place.offset - std::min<std::size_t>(place.offset, 4), 2);
  const auto store = [&](std::size_t length, bool big) {
    const auto high = static_cast<std::uint8_t>(length >> 8), low = static_cast<std::uint8_t>(length);
    field[0] = big ? high : low;
    field[1] = big ? low : high;
  };
  switch (place.length) {
    case LinkLength::none:
      break;
    case LinkLength::pppoe:
      return store(follows + 2, true);  // with the PPP protocol (RFC 2516 section 4)
    case LinkLength::nflog_little:
    case LinkLength::nflog_big:
      return store(follows + kAttributeHeader, place.length == LinkLength::nflog_big);
  }
}

}  // namespace pinhole::pcap
