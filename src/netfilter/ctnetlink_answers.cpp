// The parsing half of ctnetlink_messages.hpp.

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>

#include <array>
#include <cstring>

#include "netfilter/ctnetlink_messages.hpp"
#include "netfilter/labels.hpp"

namespace pinhole::netfilter {
namespace {

/// The attributes of one nesting level by their type; a type met twice counts with its last value.
template <std::size_t Size>
class Attributes {
 public:
  explicit Attributes(const nlmsghdr* header) { mnl_attr_parse(header, sizeof(nfgenmsg), keep, this); }
  explicit Attributes(const nlattr* nested) {
    if (nested != nullptr) mnl_attr_parse_nested(nested, keep, this);
  }

  const nlattr* operator[](std::size_t type) const { return by_type_[type]; }

  /// The value, if there is one of exactly that many bytes.
  std::optional<std::span<const std::uint8_t>> value(std::size_t type, std::size_t size) const {
    const nlattr* attribute = by_type_[type];
    if (attribute == nullptr || mnl_attr_get_payload_len(attribute) != size) return {};
    return std::span(static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute)), size);
  }
  std::optional<std::uint16_t> be16(std::size_t type) const {
    const auto bytes = value(type, 2);
    if (!bytes) return {};
    return static_cast<std::uint16_t>((*bytes)[0] << 8 | (*bytes)[1]);
  }
  std::optional<std::uint32_t> be32(std::size_t type) const {
    const auto bytes = value(type, 4);
    if (!bytes) return {};
    std::uint32_t raw = 0;
    std::memcpy(&raw, bytes->data(), sizeof raw);
    return ntohl(raw);
  }
  std::optional<std::chrono::seconds> seconds(std::size_t type) const {
    const auto count = be32(type);
    if (!count) return {};
    return std::chrono::seconds(*count);
  }
  std::string text(std::size_t type) const {
    const nlattr* attribute = by_type_[type];
    if (attribute == nullptr) return {};
    const auto* bytes = static_cast<const char*>(mnl_attr_get_payload(attribute));
    return {bytes, strnlen(bytes, mnl_attr_get_payload_len(attribute))};
  }

 private:
  static int keep(const nlattr* attribute, void* self) {
    const std::size_t type = mnl_attr_get_type(attribute);
    if (type < Size) static_cast<Attributes*>(self)->by_type_[type] = attribute;
    return MNL_CB_OK;
  }
  std::array<const nlattr*, Size> by_type_{};
};

std::optional<net::FlowKey> parse_tuple(const nlattr* attribute) {
  const Attributes<CTA_TUPLE_MAX + 1> tuple(attribute);
  const Attributes<CTA_IP_MAX + 1> ip(tuple[CTA_TUPLE_IP]);
  const Attributes<CTA_PROTO_MAX + 1> protocol(tuple[CTA_TUPLE_PROTO]);
  const auto number = protocol.value(CTA_PROTO_NUM, 1);
  const auto source_port = protocol.be16(CTA_PROTO_SRC_PORT);
  const auto destination_port = protocol.be16(CTA_PROTO_DST_PORT);
  const bool v4 = ip[CTA_IP_V4_SRC] != nullptr;
  const auto source = v4 ? ip.value(CTA_IP_V4_SRC, 4) : ip.value(CTA_IP_V6_SRC, 16);
  const auto destination = v4 ? ip.value(CTA_IP_V4_DST, 4) : ip.value(CTA_IP_V6_DST, 16);
  if (!number || number->front() != IPPROTO_TCP || !source_port || !destination_port || !source ||
      !destination) {
    return {};
  }
  return net::FlowKey{{net::IpAddress::from_bytes(*source), *source_port},
                      {net::IpAddress::from_bytes(*destination), *destination_port}};
}

stream::SeqShift parse_shift(const nlattr* attribute) {
  const Attributes<CTA_SEQADJ_MAX + 1> shift(attribute);
  return {net::Seq(shift.be32(CTA_SEQADJ_CORRECTION_POS).value_or(0)),
          static_cast<std::int32_t>(shift.be32(CTA_SEQADJ_OFFSET_BEFORE).value_or(0)),
          static_cast<std::int32_t>(shift.be32(CTA_SEQADJ_OFFSET_AFTER).value_or(0))};
}

alg::Helper parse_helper(const nlattr* attribute) {
  if (attribute == nullptr) return alg::Helper::none;
  const Attributes<CTA_HELP_MAX + 1> help(attribute);
  return help.text(CTA_HELP_NAME) == kHelper ? alg::Helper::ours : alg::Helper::another;
}

std::optional<int> parse_tcp_state(const nlattr* attribute) {
  const Attributes<CTA_PROTOINFO_MAX + 1> protocol(attribute);
  const Attributes<CTA_PROTOINFO_TCP_MAX + 1> tcp(protocol[CTA_PROTOINFO_TCP]);
  const auto state = tcp.value(CTA_PROTOINFO_TCP_STATE, 1);
  if (!state) return {};
  return state->front();
}

/// An entry stays for a while after its connection's end.
bool parse_ended(const nlattr* attribute) {
  switch (parse_tcp_state(attribute).value_or(TCP_CONNTRACK_NONE)) {
    case TCP_CONNTRACK_TIME_WAIT:
    case TCP_CONNTRACK_CLOSE:
      return true;
    default:
      return false;
  }
}

/// The message's header, if it is a whole message of this subsystem.
const nlmsghdr* checked(std::span<const std::uint8_t> message, int subsystem) {
  const auto* header = reinterpret_cast<const nlmsghdr*>(message.data());
  if (message.size() < MNL_NLMSG_HDRLEN || !mnl_nlmsg_ok(header, static_cast<int>(message.size())))
    return nullptr;
  // libmnl looks for attributes up to the aligned length.
  if (MNL_ALIGN(header->nlmsg_len) > message.size()) return nullptr;
  if (mnl_nlmsg_get_payload_len(header) < sizeof(nfgenmsg)) return nullptr;
  return header->nlmsg_type >> 8 == subsystem ? header : nullptr;
}

}  // namespace

std::optional<alg::View> parse_conntrack(std::span<const std::uint8_t> message) {
  const nlmsghdr* header = checked(message, NFNL_SUBSYS_CTNETLINK);
  if (header == nullptr) return {};
  const Attributes<CTA_MAX + 1> attributes(header);
  const auto orig = parse_tuple(attributes[CTA_TUPLE_ORIG]);
  const auto reply = parse_tuple(attributes[CTA_TUPLE_REPLY]);
  if (!orig || !reply) return {};
  alg::View view;
  view.nat.id = attributes.be32(CTA_ID).value_or(0);
  view.nat.client = orig->source;
  view.nat.dialed = orig->destination;
  view.nat.server = reply->source;
  view.nat.seen = reply->destination;
  view.shift.client = parse_shift(attributes[CTA_SEQ_ADJ_ORIG]);
  view.shift.server = parse_shift(attributes[CTA_SEQ_ADJ_REPLY]);
  if (const auto bits = attributes.value(CTA_LABELS, LabelBits().size()))
    view.labels = labels_in(bits->first<16>());
  view.helper = parse_helper(attributes[CTA_HELP]);
  view.opening = parse_tcp_state(attributes[CTA_PROTOINFO]) == TCP_CONNTRACK_SYN_RECV;
  return view;
}

std::optional<FoundConnection> parse_connection(std::span<const std::uint8_t> message) {
  const nlmsghdr* header = checked(message, NFNL_SUBSYS_CTNETLINK);
  if (header == nullptr) return {};
  const Attributes<CTA_MAX + 1> attributes(header);
  const auto orig = parse_tuple(attributes[CTA_TUPLE_ORIG]);
  if (!orig) return {};
  return FoundConnection{*orig, attributes.be32(CTA_ID).value_or(0),
                         parse_tuple(attributes[CTA_TUPLE_MASTER]), parse_ended(attributes[CTA_PROTOINFO]),
                         attributes.seconds(CTA_TIMEOUT)};
}

std::optional<FoundExpectation> parse_expectation(std::span<const std::uint8_t> message) {
  const nlmsghdr* header = checked(message, NFNL_SUBSYS_CTNETLINK_EXP);
  if (header == nullptr) return {};
  const Attributes<CTA_EXPECT_MAX + 1> attributes(header);
  const auto master = parse_tuple(attributes[CTA_EXPECT_MASTER]);
  const auto tuple = parse_tuple(attributes[CTA_EXPECT_TUPLE]);
  const auto id = attributes.be32(CTA_EXPECT_ID);
  if (!master || !tuple || !id) return {};
  return FoundExpectation{*master, *tuple, *id,
                          attributes.seconds(CTA_EXPECT_TIMEOUT).value_or(std::chrono::seconds(0)),
                          attributes.text(CTA_EXPECT_HELP_NAME)};
}

}  // namespace pinhole::netfilter
