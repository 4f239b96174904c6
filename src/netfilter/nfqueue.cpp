#include "netfilter/nfqueue.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

namespace pinhole::netfilter {
namespace {

nlmsghdr* begin(Message& message, std::uint16_t queue) {
  return nfq_nlmsg_put(reinterpret_cast<char*>(message.buffer.data()), NFQNL_MSG_CONFIG, queue);
}

void finish(Message& message, nlmsghdr* header, bool acknowledged) {
  if (acknowledged) header->nlmsg_flags |= NLM_F_ACK;
  message.size = header->nlmsg_len;
}

Message bind_message(std::uint16_t queue) {
  Message message;
  nlmsghdr* header = begin(message, queue);
  nfq_nlmsg_cfg_put_cmd(header, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
  finish(message, header, true);
  return message;
}

/// Flags that exist on every kernel since 3.14. Never NFQA_CFG_F_CONNTRACK: a kernel without the glue for it
/// refuses the whole message, and a lookup per connection is cheaper than a conntrack with every packet.
Message limits_message(const NfQueue::Options& options, std::uint16_t queue) {
  Message message;
  nlmsghdr* header = begin(message, queue);
  nfq_nlmsg_cfg_put_qmaxlen(header, options.length);
  const std::uint32_t flags = NFQA_CFG_F_GSO | (options.fail_open ? NFQA_CFG_F_FAIL_OPEN : 0u);
  mnl_attr_put_u32(header, NFQA_CFG_FLAGS, htonl(flags));
  mnl_attr_put_u32(header, NFQA_CFG_MASK, htonl(NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN));
  finish(message, header, true);
  return message;
}

/// Opens the tap. Sent last and without asking for an acknowledgment: the wait for one would swallow the
/// first packets. What could be wrong with it was wrong with the messages before.
Message copy_message(std::uint16_t queue) {
  Message message;
  nlmsghdr* header = begin(message, queue);
  nfq_nlmsg_cfg_put_params(header, NFQNL_COPY_PACKET, 0xffff);
  finish(message, header, false);
  return message;
}

}  // namespace

NfQueue::NfQueue(const Options& options) : buffer_(kBatch * kMessage) {
  messages_.reserve(kBatch);
  // Beyond net.core.rmem_max where we may, within it in a user namespace.
  for (const int option : {SO_RCVBUFFORCE, SO_RCVBUF}) {
    if (setsockopt(descriptor(), SOL_SOCKET, option, &options.socket_buffer, sizeof options.socket_buffer) ==
        0) {
      break;
    }
  }
  std::vector<std::uint16_t> numbers{options.number};
  if (options.second) numbers.push_back(*options.second);
  for (const auto number : numbers) {
    Message bind = bind_message(number);
    // The kernel says EPERM to anybody but the queue's owner. missing_requirement() knows lacking privileges.
    if (const int error = socket_.ask(bind).error)
      throw QueueError(number, error == EPERM ? EBUSY : error, "bind");
    Message limits = limits_message(options, number);
    if (const int error = socket_.ask(limits).error) throw QueueError(number, error, "configure");
  }
  for (const auto number : numbers) {
    Message copy = copy_message(number);
    socket_.send({&copy, 1});
  }
}

std::span<const std::span<const std::uint8_t>> NfQueue::receive() {
  std::array<iovec, kBatch> parts{};
  std::array<mmsghdr, kBatch> headers{};
  for (std::size_t i = 0; i < kBatch; ++i) {
    parts[i] = {buffer_.data() + i * kMessage, kMessage};
    headers[i].msg_hdr.msg_iov = &parts[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  messages_.clear();
  const int count = recvmmsg(descriptor(), headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (count < 0) {
    if (errno == ENOBUFS) {
      ++overruns_;
    } else if (errno != EAGAIN && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "queue receive");
    }
    return messages_;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    messages_.emplace_back(buffer_.data() + i * kMessage, headers[i].msg_len);
  }
  return messages_;
}

void NfQueue::send(VerdictBatch& verdicts) {
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  const auto bytes = verdicts.bytes();
  int tries = 1000;
  while (sendto(descriptor(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&kernel),
                sizeof kernel) < 0) {
    if (errno == EINTR) continue;
    // No memory at the moment. A lost verdict would hold its packet for ever, so wait.
    if (errno != ENOBUFS || --tries == 0) {
      throw std::system_error(errno, std::generic_category(), "queue send");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  verdicts.clear();
}

}  // namespace pinhole::netfilter
