#include "netfilter/mnl_socket.hpp"

#include <libmnl/libmnl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

namespace pinhole::netfilter {
namespace {

constexpr std::size_t kMostRequests = 4;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

nlmsghdr* header_of(Message& message) {
  return reinterpret_cast<nlmsghdr*>(message.buffer.data());
}

const nlmsghdr* header_of(const Message& message) {
  return reinterpret_cast<const nlmsghdr*>(message.buffer.data());
}

/// What NLMSG_ERROR and NLMSG_DONE begin with, as an errno value.
std::optional<int> error_in(const nlmsghdr* header) {
  if (mnl_nlmsg_get_payload_len(header) < sizeof(int)) return {};
  int error = 0;
  std::memcpy(&error, mnl_nlmsg_get_payload(header), sizeof error);
  return -error;
}

}  // namespace

void MnlSocket::Close::operator()(mnl_socket* socket) const {
  mnl_socket_close(socket);
}

MnlSocket::MnlSocket(int bus) : socket_(mnl_socket_open2(bus, SOCK_CLOEXEC)), buffer_(kBufferSize) {
  if (!socket_) fail("netlink socket");
  if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) fail("netlink bind");
  const timeval patience{.tv_sec = kPatienceSeconds, .tv_usec = 0};
  if (setsockopt(descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0) {
    fail("netlink receive timeout");
  }
  int on = 1;  // errors come back without the request they are about
  mnl_socket_setsockopt(socket_.get(), NETLINK_CAP_ACK, &on, sizeof on);
}

int MnlSocket::descriptor() const {
  return mnl_socket_get_fd(socket_.get());
}

std::uint32_t MnlSocket::port() const {
  return mnl_socket_get_portid(socket_.get());
}

void MnlSocket::send(std::span<Message> requests) {
  std::array<iovec, kMostRequests> parts{};
  if (requests.size() > parts.size()) throw std::length_error("too many netlink requests at once");
  for (std::size_t i = 0; i < requests.size(); ++i) {
    header_of(requests[i])->nlmsg_seq = ++sequence_;
    parts[i] = {requests[i].buffer.data(), requests[i].size};
  }
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  msghdr datagram{};
  datagram.msg_name = &kernel;
  datagram.msg_namelen = sizeof kernel;
  datagram.msg_iov = parts.data();
  datagram.msg_iovlen = requests.size();
  while (sendmsg(descriptor(), &datagram, 0) < 0) {
    if (errno != EINTR) fail("netlink send");
  }
}

std::span<const std::uint8_t> MnlSocket::receive_datagram() {
  for (;;) {
    const auto received = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (received >= 0) return std::span(buffer_).first(static_cast<std::size_t>(received));
    // An overrun loses answers to earlier, abandoned requests: ours is still to come, or times out.
    if (errno == EINTR || errno == ENOBUFS) continue;
    if (errno == EAGAIN) errno = ETIMEDOUT;
    fail("netlink receive");
  }
}

MnlSocket::Answer MnlSocket::receive(const Message& request) {
  const std::uint32_t sequence = header_of(request)->nlmsg_seq;
  for (;;) {
    const auto datagram = receive_datagram();
    const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
    if (!mnl_nlmsg_ok(header, static_cast<int>(datagram.size())) || header->nlmsg_seq != sequence) continue;
    if (header->nlmsg_type != NLMSG_ERROR) return {0, datagram.first(header->nlmsg_len)};
    if (const auto error = error_in(header)) return {*error, {}};
  }
}

MnlSocket::Dump MnlSocket::dump(Message& request,
                                const std::function<void(std::span<const std::uint8_t>)>& entry) {
  send({&request, 1});
  const std::uint32_t sequence = header_of(request)->nlmsg_seq;
  bool interrupted = false;
  for (;;) {
    const auto datagram = receive_datagram();
    const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
    int left = static_cast<int>(datagram.size());
    for (; mnl_nlmsg_ok(header, left); header = mnl_nlmsg_next(header, &left)) {
      if (header->nlmsg_seq != sequence) continue;
      interrupted = interrupted || (header->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      if (header->nlmsg_type != NLMSG_ERROR && header->nlmsg_type != NLMSG_DONE) {
        entry({reinterpret_cast<const std::uint8_t*>(header), header->nlmsg_len});
      } else if (const auto error = error_in(header)) {
        return {*error, interrupted};
      }
    }
  }
}

MnlSocket::Answer MnlSocket::ask(Message& request) {
  send({&request, 1});
  return receive(request);
}

}  // namespace pinhole::netfilter
