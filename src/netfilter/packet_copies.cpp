#include "netfilter/packet_copies.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace pinhole::netfilter {
namespace {

constexpr std::size_t kDatagram = 128 * 1024;  // the largest packet, and what the kernel collects with it

nlmsghdr* begin_config(Message& message, std::uint16_t group) {
  nlmsghdr* header = mnl_nlmsg_put_header(message.buffer.data());
  header->nlmsg_type = (NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_CONFIG;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  auto* extra = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
  extra->nfgen_family = AF_UNSPEC;
  extra->version = NFNETLINK_V0;
  extra->res_id = htons(group);
  return header;
}

Message bind_group(std::uint16_t group) {
  Message message;
  nlmsghdr* header = begin_config(message, group);
  const nfulnl_msg_config_cmd command{NFULNL_CFG_CMD_BIND};
  mnl_attr_put(header, NFULA_CFG_CMD, sizeof command, &command);
  message.size = header->nlmsg_len;
  return message;
}

/// Whole packets, each at once.
Message configure_group(std::uint16_t group) {
  Message message;
  nlmsghdr* header = begin_config(message, group);
  nfulnl_msg_config_mode mode{};
  mode.copy_range = htonl(0xffff);
  mode.copy_mode = NFULNL_COPY_PACKET;
  mnl_attr_put(header, NFULA_CFG_MODE, sizeof mode, &mode);
  mnl_attr_put_u32(header, NFULA_CFG_QTHRESH, htonl(1));
  message.size = header->nlmsg_len;
  return message;
}

int keep_payload(const nlattr* attribute, void* found) {
  if (mnl_attr_get_type(attribute) == NFULA_PAYLOAD) *static_cast<const nlattr**>(found) = attribute;
  return MNL_CB_OK;
}

}  // namespace

PacketCopies::PacketCopies(std::uint16_t group) : buffer_(kDatagram) {
  for (Message message : {bind_group(group), configure_group(group)}) {
    const int error = socket_.ask(message).error;
    // The kernel says EPERM to anybody but the group's owner. missing_requirement() knows lacking privileges.
    if (error != 0) throw std::system_error(error == EPERM ? EBUSY : error, std::generic_category(), "bind");
  }
}

std::span<const std::span<const std::uint8_t>> PacketCopies::receive() {
  packets_.clear();
  const auto size = recv(descriptor(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  if (size >= 0) {
    take(std::span(buffer_).first(static_cast<std::size_t>(size)));
  } else if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS) {
    throw std::system_error(errno, std::generic_category(), "receive of packet copies");
  }
  return packets_;
}

void PacketCopies::take(std::span<const std::uint8_t> datagram) {
  const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
  int rest = static_cast<int>(datagram.size());
  for (; mnl_nlmsg_ok(header, rest); header = mnl_nlmsg_next(header, &rest)) {
    if (header->nlmsg_type != ((NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_PACKET)) continue;
    if (mnl_nlmsg_get_payload_len(header) < sizeof(nfgenmsg)) continue;
    const nlattr* payload = nullptr;
    mnl_attr_parse(header, sizeof(nfgenmsg), keep_payload, &payload);
    if (payload == nullptr) continue;
    packets_.emplace_back(static_cast<const std::uint8_t*>(mnl_attr_get_payload(payload)),
                          mnl_attr_get_payload_len(payload));
  }
}

}  // namespace pinhole::netfilter
