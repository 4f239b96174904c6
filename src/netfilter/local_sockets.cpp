#include "netfilter/local_sockets.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace pinhole::netfilter {

Message socket_get(const net::FlowKey& packet) {
  Message message;
  nlmsghdr* header = mnl_nlmsg_put_header(message.buffer.data());
  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header->nlmsg_flags = NLM_F_REQUEST;
  auto* request =
      static_cast<inet_diag_req_v2*>(mnl_nlmsg_put_extra_header(header, sizeof(inet_diag_req_v2)));
  const auto& local = packet.destination;
  const auto& remote = packet.source;
  request->sdiag_family = local.address.family() == net::Family::v4 ? AF_INET : AF_INET6;
  request->sdiag_protocol = IPPROTO_TCP;
  request->idiag_states = ~0u;
  request->id.idiag_sport = htons(local.port);
  request->id.idiag_dport = htons(remote.port);
  const auto here = local.address.bytes();
  const auto there = remote.address.bytes();
  std::memcpy(request->id.idiag_src, here.data(), here.size());
  std::memcpy(request->id.idiag_dst, there.data(), there.size());
  request->id.idiag_cookie[0] = request->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  message.size = header->nlmsg_len;
  return message;
}

LocalSockets::LocalSockets() : socket_(NETLINK_SOCK_DIAG), answers_(kernel_answers()) {}

bool LocalSockets::has_one_for(const net::FlowKey& packet) {
  if (!answers_) return false;
  Message question = socket_get(packet);
  return socket_.ask(question).error == 0;
}

/// "No such socket" and "no inet_diag" are the same error, but a list of no sockets needs inet_diag too.
bool LocalSockets::kernel_answers() {
  Message question = socket_get({});
  auto* header = reinterpret_cast<nlmsghdr*>(question.buffer.data());
  header->nlmsg_flags |= NLM_F_DUMP;
  static_cast<inet_diag_req_v2*>(mnl_nlmsg_get_payload(header))->idiag_states = 0;
  const auto answer = socket_.ask(question);
  if (answer.error != 0) return false;
  const auto* done = reinterpret_cast<const nlmsghdr*>(answer.data.data());
  if (done->nlmsg_type != NLMSG_DONE || mnl_nlmsg_get_payload_len(done) < sizeof(int)) return false;
  int error = 0;
  std::memcpy(&error, mnl_nlmsg_get_payload(done), sizeof error);
  return error == 0;
}

}  // namespace pinhole::netfilter
