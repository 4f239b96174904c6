#include "netfilter/distrust.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "netfilter/ctnetlink_messages.hpp"
#include "netfilter/mnl_socket.hpp"

namespace pinhole::netfilter {
namespace {

/// What it says cannot be undone by what was missed.
bool is_settled(const alg::Labels& labels) {
  using State = alg::Labels::State;
  return labels.unread || labels.state == State::authorized || labels.state == State::encrypted ||
         labels.state == State::not_ftp;
}

}  // namespace

std::size_t distrust(std::span<const net::Port> control_ports) {
  MnlSocket socket;
  std::vector<net::FlowKey> found;
  const auto look = [&](std::span<const std::uint8_t> message) {
    const auto view = parse_conntrack(message);
    if (!view || !view->labels || is_settled(*view->labels)) return;
    if (std::ranges::find(control_ports, view->nat.dialed.port) == control_ports.end()) return;
    found.push_back(view->nat.key(alg::Side::client));
  };
  for (const auto family : {net::Family::v4, net::Family::v6}) {
    for (int tries = 0; tries < kDumpTries; ++tries) {
      Message request = conntrack_dump(family);
      const auto dump = socket.dump(request, look);
      if (dump.error != 0) throw std::system_error(dump.error, std::generic_category(), "conntrack dump");
      if (!dump.interrupted) break;
    }
  }
  std::size_t count = 0;
  for (const auto& orig : found) {
    Message request = conntrack_unread(orig);
    const int error = socket.ask(request).error;
    if (error != 0 && error != ENOENT)
      throw std::system_error(error, std::generic_category(), "connection label");
    if (error == 0) ++count;
  }
  return count;
}

}  // namespace pinhole::netfilter
