#include "netfilter/queue_messages.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <variant>

#include "pinhole/net/checksum.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::netfilter {
namespace {

/// A fixed-size structure out of an attribute's value.
template <typename Value>
std::optional<Value> value_of(const nlattr* attribute) {
  if (attribute == nullptr || mnl_attr_get_payload_len(attribute) < sizeof(Value)) return {};
  Value value{};
  std::memcpy(&value, mnl_attr_get_payload(attribute), sizeof value);
  return value;
}

std::uint32_t be32(const nlattr* attribute) {
  return ntohl(value_of<std::uint32_t>(attribute).value_or(0));
}

LinkAddress link_address(const nlattr* attribute) {
  LinkAddress address;
  const auto hardware = value_of<nfqnl_msg_packet_hw>(attribute);
  if (!hardware) return address;
  std::copy(std::begin(hardware->hw_addr), std::end(hardware->hw_addr), address.bytes.begin());
  address.length =
      static_cast<std::uint8_t>(std::min<std::size_t>(ntohs(hardware->hw_addrlen), address.bytes.size()));
  return address;
}

std::optional<QueuedPacket> parse_packet(const nlmsghdr* header) {
  std::array<nlattr*, NFQA_MAX + 1> attributes{};
  if (mnl_nlmsg_get_payload_len(header) < sizeof(nfgenmsg)) return {};
  if (nfq_nlmsg_parse(header, attributes.data()) < 0) return {};
  // libmnl looks for attributes up to the aligned length, but the kernel does not pad the last one.
  const auto* end = reinterpret_cast<const std::uint8_t*>(header) + header->nlmsg_len;
  for (const nlattr* attribute : attributes) {
    if (attribute != nullptr && reinterpret_cast<const std::uint8_t*>(attribute) + attribute->nla_len > end)
      return {};
  }
  const auto head = value_of<nfqnl_msg_packet_hdr>(attributes[NFQA_PACKET_HDR]);
  if (!head) return {};
  QueuedPacket packet;
  const auto* general = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(header));
  packet.id = packet_id(ntohs(general->res_id), ntohl(head->packet_id));
  packet.hook = head->hook;
  if (const nlattr* payload = attributes[NFQA_PAYLOAD]) {
    packet.bytes = {static_cast<const std::uint8_t*>(mnl_attr_get_payload(payload)),
                    mnl_attr_get_payload_len(payload)};
  }
  packet.in_device = be32(attributes[NFQA_IFINDEX_INDEV]);
  packet.sender = link_address(attributes[NFQA_HWADDR]);
  packet.truncated =
      attributes[NFQA_CAP_LEN] != nullptr && be32(attributes[NFQA_CAP_LEN]) > packet.bytes.size();
  const auto info = be32(attributes[NFQA_SKB_INFO]);
  packet.partial_checksum = (info & NFQA_SKB_CSUMNOTREADY) != 0;
  packet.unverified = (info & NFQA_SKB_CSUM_NOTVERIFIED) != 0;
  packet.gso = (info & NFQA_SKB_GSO) != 0;
  return packet;
}

}  // namespace

std::optional<QueueMessage> parse_queue_message(std::span<const std::uint8_t> message) {
  const auto* header = reinterpret_cast<const nlmsghdr*>(message.data());
  if (message.size() < MNL_NLMSG_HDRLEN || !mnl_nlmsg_ok(header, static_cast<int>(message.size()))) return {};
  if (header->nlmsg_type == NLMSG_ERROR) {
    if (mnl_nlmsg_get_payload_len(header) < sizeof(int)) return {};
    int error = 0;
    std::memcpy(&error, mnl_nlmsg_get_payload(header), sizeof error);
    return QueueMessage{{}, -error};
  }
  if (header->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET)) return {};
  auto packet = parse_packet(header);
  if (!packet) return {};
  return QueueMessage{packet, 0};
}

alg::PacketId packet_id(std::uint16_t queue, std::uint32_t number) {
  return alg::PacketId{queue} << 32 | number;
}

std::uint16_t queue_of(alg::PacketId id) {
  return static_cast<std::uint16_t>(id >> 32);
}

std::optional<alg::Reason> damage_of(const QueuedPacket& packet) {
  if (packet.truncated) return alg::Reason::truncated_packet;
  if (!packet.unverified || packet.partial_checksum || packet.gso) return {};
  const auto parsed = net::TcpSegment::parse(packet.bytes);
  const auto* segment = std::get_if<net::TcpSegment>(&parsed);
  if (segment == nullptr) return {};  // the gateway says what is wrong with it
  const auto tcp = segment->packet().subspan(segment->tcp_offset());
  const bool right = net::tcp_checksum(segment->source().address, segment->destination().address, tcp) == 0;
  return right ? std::nullopt : std::optional(alg::Reason::wrong_checksum);
}

VerdictBatch::VerdictBatch() : buffer_(kEnough + kLargest) {}

void VerdictBatch::put(alg::PacketId id, bool accepted, std::span<const std::uint8_t> replacement) {
  if (full() || replacement.size() > 0xffff - sizeof(nlattr)) throw std::length_error("verdict too large");
  nlmsghdr* header =
      nfq_nlmsg_put(reinterpret_cast<char*>(buffer_.data() + size_), NFQNL_MSG_VERDICT, queue_of(id));
  nfq_nlmsg_verdict_put(header, static_cast<int>(static_cast<std::uint32_t>(id)),
                        accepted ? NF_ACCEPT : NF_DROP);
  if (!replacement.empty()) {
    nfq_nlmsg_verdict_put_pkt(header, replacement.data(), static_cast<std::uint32_t>(replacement.size()));
  }
  size_ += MNL_ALIGN(header->nlmsg_len);
}

}  // namespace pinhole::netfilter
