#include "conntrack_replies.hpp"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <netinet/in.h>

#include <string_view>

namespace pinhole::test {
namespace {

Bytes operator+(Bytes all, const Bytes& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Bytes attribute(int type, const Bytes& value) {
  const std::size_t length = 4 + value.size();
  Bytes bytes{static_cast<std::uint8_t>(length), static_cast<std::uint8_t>(length >> 8),
              static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(type >> 8)};
  bytes = bytes + value;
  bytes.resize((length + 3) / 4 * 4);
  return bytes;
}

Bytes nest(int type, const Bytes& attributes) {
  return attribute(type | NLA_F_NESTED, attributes);
}

Bytes be16(std::uint16_t value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Bytes be32(std::uint32_t value) {
  return be16(static_cast<std::uint16_t>(value >> 16)) + be16(static_cast<std::uint16_t>(value));
}

Bytes bytes_of(const net::IpAddress& address) {
  const auto bytes = address.bytes();
  return {bytes.begin(), bytes.end()};
}

Bytes tuple(int type, const net::FlowKey& key) {
  const bool v4 = key.source.address.family() == net::Family::v4;
  const auto ip = attribute(v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, bytes_of(key.source.address)) +
                  attribute(v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, bytes_of(key.destination.address));
  const auto protocol = attribute(CTA_PROTO_NUM, {IPPROTO_TCP}) +
                        attribute(CTA_PROTO_SRC_PORT, be16(key.source.port)) +
                        attribute(CTA_PROTO_DST_PORT, be16(key.destination.port));
  return nest(type, nest(CTA_TUPLE_IP, ip) + nest(CTA_TUPLE_PROTO, protocol));
}

Bytes shift(int type, const stream::SeqShift& shift) {
  return nest(type, attribute(CTA_SEQADJ_CORRECTION_POS, be32(shift.position.raw())) +
                        attribute(CTA_SEQADJ_OFFSET_BEFORE, be32(static_cast<std::uint32_t>(shift.before))) +
                        attribute(CTA_SEQADJ_OFFSET_AFTER, be32(static_cast<std::uint32_t>(shift.after))));
}

const Bytes kGeneral{AF_INET, NFNETLINK_V0, 0, 0};

std::uint16_t type_of(int subsystem, int message) {
  return static_cast<std::uint16_t>(subsystem << 8 | message);
}

}  // namespace

Reply entry_reply(const EntrySpec& spec) {
  auto payload = kGeneral + tuple(CTA_TUPLE_ORIG, spec.orig) + tuple(CTA_TUPLE_REPLY, spec.reply);
  if (spec.master) payload = payload + tuple(CTA_TUPLE_MASTER, *spec.master);
  if (spec.timeout)
    payload = payload + attribute(CTA_TIMEOUT, be32(static_cast<std::uint32_t>(spec.timeout->count())));
  payload = payload +
            nest(CTA_PROTOINFO, nest(CTA_PROTOINFO_TCP, attribute(CTA_PROTOINFO_TCP_STATE, {spec.state})));
  payload =
      payload + shift(CTA_SEQ_ADJ_ORIG, spec.client_shift) + shift(CTA_SEQ_ADJ_REPLY, spec.server_shift);
  return {type_of(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW), payload + attribute(CTA_ID, be32(7)),
          NLM_F_MULTI};
}

Reply expectation_reply(const ExpectationSpec& spec) {
  Bytes helper(spec.helper.begin(), spec.helper.end());
  helper.push_back(0);
  return {type_of(NFNL_SUBSYS_CTNETLINK_EXP, IPCTNL_MSG_EXP_NEW),
          kGeneral + tuple(CTA_EXPECT_MASTER, spec.master) + tuple(CTA_EXPECT_TUPLE, spec.tuple) +
              attribute(CTA_EXPECT_TIMEOUT, be32(30)) + attribute(CTA_EXPECT_ID, be32(spec.id)) +
              attribute(CTA_EXPECT_HELP_NAME, helper),
          NLM_F_MULTI};
}

}  // namespace pinhole::test
