#include "netfilter/ctnetlink_messages.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>

#include <array>

#include "netfilter/labels.hpp"

namespace pinhole::netfilter {
namespace {

constexpr char kFollowMaster[] = "nat-follow-master";  // net/netfilter/nf_nat_core.c

// What of a tuple CTA_FILTER compares: net/netfilter/nf_internals.h. Never the addresses: with IPv6 the
// kernel leaves out those that are equal.
constexpr std::uint32_t kFilterProtocol = 1 << 3;
constexpr std::uint32_t kFilterDestinationPort = 1 << 5;

/// Puts attributes into a Message. libmnl does not look where a buffer ends; kCapacity does.
class Builder {
 public:
  Builder(int subsystem, int type, int flags, int family)
      : header_(mnl_nlmsg_put_header(message_.buffer.data())) {
    header_->nlmsg_type = static_cast<std::uint16_t>((subsystem << 8) | type);
    header_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    auto* extra = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header_, sizeof(nfgenmsg)));
    extra->nfgen_family = static_cast<std::uint8_t>(family);
    extra->version = NFNETLINK_V0;
  }
  ~Builder() = default;
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  void u8(std::uint16_t type, std::uint8_t value) { mnl_attr_put_u8(header_, type, value); }
  void be16(std::uint16_t type, std::uint16_t value) { mnl_attr_put_u16(header_, type, htons(value)); }
  void be32(std::uint16_t type, std::uint32_t value) { mnl_attr_put_u32(header_, type, htonl(value)); }
  void u32(std::uint16_t type, std::uint32_t value) { mnl_attr_put_u32(header_, type, value); }
  void text(std::uint16_t type, const char* value) { mnl_attr_put_strz(header_, type, value); }
  void bytes(std::uint16_t type, std::span<const std::uint8_t> value) {
    mnl_attr_put(header_, type, value.size(), value.data());
  }
  template <typename Body>
  void nest(std::uint16_t type, Body body) {
    nlattr* attribute = mnl_attr_nest_start(header_, type);
    body();
    mnl_attr_nest_end(header_, attribute);
  }

  void tuple(std::uint16_t type, const net::FlowKey& key) {
    nest(type, [&] {
      const bool v4 = key.source.address.family() == net::Family::v4;
      nest(CTA_TUPLE_IP, [&] {
        bytes(v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, key.source.address.bytes());
        bytes(v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, key.destination.address.bytes());
      });
      nest(CTA_TUPLE_PROTO, [&] {
        u8(CTA_PROTO_NUM, IPPROTO_TCP);
        be16(CTA_PROTO_SRC_PORT, key.source.port);
        be16(CTA_PROTO_DST_PORT, key.destination.port);
      });
    });
  }

  Message finish() {
    message_.size = header_->nlmsg_len;
    return message_;
  }

 private:
  Message message_;
  nlmsghdr* header_;
};

int number_of(net::Family family) {
  return family == net::Family::v4 ? AF_INET : AF_INET6;
}

int family_of(const net::FlowKey& key) {
  return number_of(key.source.address.family());
}

/// Everything counts but the source port.
net::FlowKey mask_for(int family) {
  std::array<std::uint8_t, 16> ones{};
  ones.fill(0xff);
  const auto address = net::IpAddress::from_bytes(std::span(ones).first(family == AF_INET ? 4u : 16u));
  return {{address, 0}, {address, 0xffff}};
}

Message labels_message(const net::FlowKey& orig, const LabelBits& bits, const LabelBits& mask) {
  Builder builder(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW, NLM_F_ACK, family_of(orig));
  builder.tuple(CTA_TUPLE_ORIG, orig);
  builder.bytes(CTA_LABELS, bits);
  builder.bytes(CTA_LABELS_MASK, mask);
  return builder.finish();
}

}  // namespace

Expectation expectation_for(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  Expectation expectation;
  expectation.master = flow.key(alg::Side::client);
  expectation.tuple = {{pinhole.from, 0}, pinhole.to};
  const auto& goal = pinhole.forward_to.address;
  if (goal == flow.client.address || goal == flow.server.address) expectation.forward_to = pinhole.forward_to;
  expectation.opener = pinhole.opener;
  return expectation;
}

Message conntrack_get(const net::FlowKey& either_tuple) {
  Builder builder(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, 0, family_of(either_tuple));
  builder.tuple(CTA_TUPLE_ORIG, either_tuple);
  return builder.finish();
}

Message conntrack_dump(const net::FlowKey& tuple) {
  Builder builder(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, NLM_F_DUMP, family_of(tuple));
  builder.tuple(CTA_TUPLE_ORIG, tuple);
  builder.nest(CTA_FILTER,
               [&] { builder.u32(CTA_FILTER_ORIG_FLAGS, kFilterProtocol | kFilterDestinationPort); });
  return builder.finish();
}

Message conntrack_dump(net::Family family) {
  return Builder(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, NLM_F_DUMP, number_of(family)).finish();
}

Message conntrack_delete(const net::FlowKey& orig, std::uint32_t id) {
  Builder builder(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, family_of(orig));
  builder.tuple(CTA_TUPLE_ORIG, orig);
  builder.be32(CTA_ID, id);
  return builder.finish();
}

Message conntrack_timeout(const net::FlowKey& orig, std::chrono::seconds timeout) {
  Builder builder(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW, NLM_F_ACK, family_of(orig));
  builder.tuple(CTA_TUPLE_ORIG, orig);
  builder.be32(CTA_TIMEOUT, static_cast<std::uint32_t>(timeout.count()));
  return builder.finish();
}

Message conntrack_shift(const net::FlowKey& orig, alg::Side sender, const stream::SeqShift& shift) {
  Builder builder(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW, NLM_F_ACK, family_of(orig));
  builder.tuple(CTA_TUPLE_ORIG, orig);
  builder.nest(sender == alg::Side::client ? CTA_SEQ_ADJ_ORIG : CTA_SEQ_ADJ_REPLY, [&] {
    builder.be32(CTA_SEQADJ_CORRECTION_POS, shift.position.raw());
    builder.be32(CTA_SEQADJ_OFFSET_BEFORE, static_cast<std::uint32_t>(shift.before));
    builder.be32(CTA_SEQADJ_OFFSET_AFTER, static_cast<std::uint32_t>(shift.after));
  });
  return builder.finish();
}

Message conntrack_labels(const net::FlowKey& orig, const alg::Labels& labels) {
  auto kept = labels;
  kept.unread = false;  // the kernel combines what is set with what is there
  return labels_message(orig, bits_of(kept), bits_that_change());
}

Message conntrack_unread(const net::FlowKey& orig) {
  const auto unread = bits_of({.unread = true});
  return labels_message(orig, unread, unread);
}

Message expectation_new(const Expectation& expectation) {
  Builder builder(NFNL_SUBSYS_CTNETLINK_EXP, IPCTNL_MSG_EXP_NEW, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK,
                  family_of(expectation.tuple));
  builder.tuple(CTA_EXPECT_MASTER, expectation.master);
  builder.tuple(CTA_EXPECT_TUPLE, expectation.tuple);
  builder.tuple(CTA_EXPECT_MASK, mask_for(family_of(expectation.tuple)));
  builder.be32(CTA_EXPECT_FLAGS, expectation.permanent ? NF_CT_EXPECT_PERMANENT : 0u);
  builder.be32(CTA_EXPECT_CLASS, 0);
  if (expectation.forward_to) {
    builder.text(CTA_EXPECT_FN, kFollowMaster);
    builder.nest(CTA_EXPECT_NAT, [&] {
      builder.be32(CTA_EXPECT_NAT_DIR,
                   expectation.opener == alg::Side::client ? IP_CT_DIR_ORIGINAL : IP_CT_DIR_REPLY);
      builder.tuple(CTA_EXPECT_NAT_TUPLE, {*expectation.forward_to, {expectation.forward_to->address, 0}});
    });
  }
  return builder.finish();
}

Message expectation_timeout(const Expectation& expectation, std::chrono::seconds timeout) {
  Builder builder(NFNL_SUBSYS_CTNETLINK_EXP, IPCTNL_MSG_EXP_NEW, NLM_F_ACK, family_of(expectation.tuple));
  builder.tuple(CTA_EXPECT_MASTER, expectation.master);
  builder.tuple(CTA_EXPECT_TUPLE, expectation.tuple);
  builder.tuple(CTA_EXPECT_MASK, mask_for(family_of(expectation.tuple)));
  builder.be32(CTA_EXPECT_TIMEOUT, static_cast<std::uint32_t>(timeout.count()));
  return builder.finish();
}

Message expectation_get(const net::FlowKey& tuple) {
  Builder builder(NFNL_SUBSYS_CTNETLINK_EXP, IPCTNL_MSG_EXP_GET, 0, family_of(tuple));
  builder.tuple(CTA_EXPECT_TUPLE, tuple);
  return builder.finish();
}

Message expectation_dump() {
  return Builder(NFNL_SUBSYS_CTNETLINK_EXP, IPCTNL_MSG_EXP_GET, NLM_F_DUMP, AF_UNSPEC).finish();
}

Message expectation_delete(const net::FlowKey& tuple, std::optional<std::uint32_t> id) {
  Builder builder(NFNL_SUBSYS_CTNETLINK_EXP, IPCTNL_MSG_EXP_DELETE, NLM_F_ACK, family_of(tuple));
  builder.tuple(CTA_EXPECT_TUPLE, tuple);
  if (id) builder.be32(CTA_EXPECT_ID, *id);
  return builder.finish();
}

}  // namespace pinhole::netfilter
