#include "scripted_kernel.hpp"

#include <dlfcn.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace pinhole::test {
namespace {

thread_local ScriptedKernel* current = nullptr;

void append(Bytes& bytes, const void* from, std::size_t size) {
  const auto* begin = static_cast<const std::uint8_t*>(from);
  bytes.insert(bytes.end(), begin, begin + size);
}

template <class Call>
Call* real(const char* name) {
  return reinterpret_cast<Call*>(dlsym(RTLD_NEXT, name));
}

/// Visits the header of each message in a datagram.
template <class Visit>
void for_each_header(const Bytes& datagram, Visit visit) {
  for (std::size_t at = 0; at + sizeof(nlmsghdr) <= datagram.size();) {
    nlmsghdr header{};
    std::memcpy(&header, datagram.data() + at, sizeof header);
    visit(header);
    at += std::max<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), sizeof header);
  }
}

Reply with_number(std::uint16_t type, int number) {
  Reply reply{type};
  append(reply.payload, &number, sizeof number);
  return reply;
}

}  // namespace

Reply error_reply(int error) {
  Reply reply = with_number(NLMSG_ERROR, -error);
  reply.payload.resize(reply.payload.size() + sizeof(nlmsghdr));  // of the request it is about
  return reply;
}

Reply done_reply(int error) {
  return with_number(NLMSG_DONE, -error);
}

ScriptedKernel::ScriptedKernel() : outer_(current) {
  current = this;
}
ScriptedKernel::~ScriptedKernel() {
  current = outer_;
}

ScriptedKernel& ScriptedKernel::answer(std::vector<Reply> messages) {
  to_receive_.emplace_back(std::move(messages));
  return *this;
}
ScriptedKernel& ScriptedKernel::answer_bytes(Bytes datagram) {
  to_receive_.emplace_back(std::move(datagram));
  return *this;
}
ScriptedKernel& ScriptedKernel::receive_fails(int error) {
  to_receive_.emplace_back(error);
  return *this;
}
ScriptedKernel& ScriptedKernel::answer_too_large() {
  to_receive_.emplace_back(TooLarge{});
  return *this;
}
ScriptedKernel& ScriptedKernel::send_fails(int error) {
  send_errors_.push_back(error);
  return *this;
}
void ScriptedKernel::fail(std::string_view call, int error) {
  failing_call_ = call;
  failing_error_ = error;
}

std::vector<int> ScriptedKernel::types_sent() const {
  std::vector<int> types;
  for (const auto& datagram : sent_) {
    for_each_header(datagram, [&](const nlmsghdr& header) { types.push_back(header.nlmsg_type); });
  }
  return types;
}

long ScriptedKernel::take_sent(Bytes datagram) {
  ++sendings_;
  if (!send_errors_.empty()) {
    errno = send_errors_.front();
    send_errors_.pop_front();
    return -1;
  }
  for_each_header(datagram, [&](const nlmsghdr& header) { last_sequence_ = header.nlmsg_seq; });
  const auto size = static_cast<long>(datagram.size());
  sent_.push_back(std::move(datagram));
  return size;
}

long ScriptedKernel::next(Bytes& datagram, bool& truncated) {
  if (to_receive_.empty()) {
    errno = EAGAIN;
    return -1;
  }
  const Receiving scripted = std::move(to_receive_.front());
  to_receive_.pop_front();
  if (const auto* error = std::get_if<int>(&scripted)) {
    errno = *error;
    return -1;
  }
  truncated = std::holds_alternative<TooLarge>(scripted);
  if (const auto* messages = std::get_if<std::vector<Reply>>(&scripted)) datagram = datagram_of(*messages);
  if (const auto* bytes = std::get_if<Bytes>(&scripted)) datagram = *bytes;
  return static_cast<long>(datagram.size());
}

Bytes ScriptedKernel::datagram_of(const std::vector<Reply>& messages) const {
  Bytes datagram;
  for (const auto& message : messages) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + message.payload.size());
    header.nlmsg_type = message.type;
    header.nlmsg_flags = message.flags;
    header.nlmsg_seq = last_sequence_ + static_cast<std::uint32_t>(message.request);
    append(datagram, &header, sizeof header);
    append(datagram, message.payload.data(), message.payload.size());
    datagram.resize(NLMSG_ALIGN(datagram.size()));
  }
  return datagram;
}

bool ScriptedKernel::fails(std::string_view call) {
  if (call != failing_call_) return false;
  failing_call_ = {};
  errno = failing_error_;
  return true;
}

namespace {

/// Puts the next datagram of the script where the caller wants it.
long receive_into(msghdr* message) {
  Bytes datagram;
  bool truncated = false;
  if (current->next(datagram, truncated) < 0) return -1;
  const auto size = std::min(datagram.size(), message->msg_iov[0].iov_len);
  if (size > 0) std::memcpy(message->msg_iov[0].iov_base, datagram.data(), size);
  if (message->msg_name != nullptr) {
    sockaddr_nl from{};
    from.nl_family = AF_NETLINK;
    std::memcpy(message->msg_name, &from, std::min<std::size_t>(message->msg_namelen, sizeof from));
    message->msg_namelen = sizeof from;
  }
  message->msg_flags = truncated ? MSG_TRUNC : 0;
  return static_cast<long>(size);
}

}  // namespace
}  // namespace pinhole::test

// In the C library's place, also for libmnl.
using pinhole::test::current;

extern "C" ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  if (current == nullptr)
    return pinhole::test::real<decltype(sendmsg)>("sendmsg")(descriptor, message, flags);
  pinhole::test::Bytes datagram;
  for (std::size_t i = 0; i < message->msg_iovlen; ++i) {
    pinhole::test::append(datagram, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
  }
  return current->take_sent(std::move(datagram));
}

extern "C" ssize_t sendto(int descriptor, const void* bytes, size_t size, int flags, const sockaddr* to,
                          socklen_t to_size) {
  if (current == nullptr) {
    return pinhole::test::real<decltype(sendto)>("sendto")(descriptor, bytes, size, flags, to, to_size);
  }
  pinhole::test::Bytes datagram;
  pinhole::test::append(datagram, bytes, size);
  return current->take_sent(std::move(datagram));
}

extern "C" ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
  if (current == nullptr)
    return pinhole::test::real<decltype(recvmsg)>("recvmsg")(descriptor, message, flags);
  return pinhole::test::receive_into(message);
}

extern "C" int recvmmsg(int descriptor, mmsghdr* messages, unsigned count, int flags, timespec* timeout) {
  if (current == nullptr) {
    return pinhole::test::real<decltype(recvmmsg)>("recvmmsg")(descriptor, messages, count, flags, timeout);
  }
  const auto size = pinhole::test::receive_into(&messages[0].msg_hdr);
  if (size < 0) return -1;
  messages[0].msg_len = static_cast<unsigned>(size);
  return 1;
}

extern "C" int socket(int domain, int type, int protocol) noexcept {
  if (current != nullptr && current->fails("socket")) return -1;
  return pinhole::test::real<decltype(socket)>("socket")(domain, type, protocol);
}

extern "C" int bind(int descriptor, const sockaddr* address, socklen_t size) noexcept {
  if (current != nullptr && current->fails("bind")) return -1;
  return pinhole::test::real<decltype(bind)>("bind")(descriptor, address, size);
}

extern "C" int setsockopt(int descriptor, int level, int option, const void* value, socklen_t size) noexcept {
  if (current != nullptr && current->fails("setsockopt")) return -1;
  return pinhole::test::real<decltype(setsockopt)>("setsockopt")(descriptor, level, option, value, size);
}
