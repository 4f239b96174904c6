#include "netfilter/requirements.hpp"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>

#include "netfilter/ctnetlink_messages.hpp"
#include "netfilter/mnl_socket.hpp"

namespace pinhole::netfilter {
namespace {

bool capable(unsigned capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (syscall(SYS_capget, &header, data.data()) != 0) return true;  // then let the real thing fail
  return (data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}

/// Asks ctnetlink for a connection that cannot exist. 0 if it is there to say so.
int ctnetlink_error() {
  MnlSocket socket;
  Message request = conntrack_get({});
  const int error = socket.ask(request).error;
  return error == ENOENT ? 0 : error;
}

std::string text_of(int error) {
  return std::generic_category().message(error);
}

}  // namespace

std::optional<std::string> missing_requirement() {
  if (!capable(CAP_NET_ADMIN))
    return "the capability CAP_NET_ADMIN is missing: run as root or with this capability";
  if (!capable(CAP_NET_RAW))
    return "the capability CAP_NET_RAW is missing: run as root or with this capability";
  int error = 0;
  try {
    error = ctnetlink_error();
  } catch (const std::system_error& failure) {
    error = failure.code().value();
  }
  switch (error) {
    case 0:
      return {};
    case EPERM:
      return "CAP_NET_ADMIN has no effect in this user namespace: run Pinhole outside of it";
    default:
      return "the kernel's connection tracking does not answer (" + text_of(error) +
             "): load the module nf_conntrack_netlink";
  }
}

std::optional<std::size_t> most_expectations() {
  std::ifstream sysctl("/proc/sys/net/netfilter/nf_conntrack_expect_max");
  std::size_t most = 0;
  if (!(sysctl >> most)) return std::nullopt;
  return most;
}

std::string explain_queue_failure(unsigned queue, const std::system_error& error) {
  const std::string name = "queue " + std::to_string(queue);
  switch (error.code().value()) {
    case EBUSY:
      return name +
             " is in use by another program: is Pinhole already running? If not, choose another queue-base";
    case EINVAL:
    case EPROTONOSUPPORT:
      return name + ": the kernel does not support NFQUEUE: load the module nfnetlink_queue";
    case EAFNOSUPPORT:
      return name + ": the kernel does not support packet sockets: load the module af_packet";
    default:
      return name + ": " + error.what();
  }
}

}  // namespace pinhole::netfilter
