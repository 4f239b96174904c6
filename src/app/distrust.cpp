// pinhole distrust PORT...: control connections that exist were not heard from their beginning.

#include "netfilter/distrust.hpp"

#include <cstdio>
#include <string_view>
#include <system_error>
#include <vector>

#include "app/subcommand.hpp"
#include "app/values.hpp"
#include "netfilter/requirements.hpp"

namespace pinhole::app {
namespace {

constexpr const char* kDistrustUsage =
    R"(usage: pinhole distrust PORT...

Marks the control connections to these ports that exist now as not inspected
from their beginning, unless a gateway has noted that the client was logged
in. pinhole-nft and pinhole-iptables do this when they install rules where
there were none.
)";

}  // namespace

int distrust_main(std::span<char* const> arguments) {
  const std::string_view first = arguments.empty() ? "" : arguments[0];
  if (first.empty() || first == "--help" || first == "-h") {
    std::fputs(kDistrustUsage, first.empty() ? stderr : stdout);
    return first.empty() ? kUsage : kOk;
  }
  std::vector<net::Port> ports;
  for (const char* text : arguments) {
    net::Port port = 0;
    if (!read_port(text, port)) {
      std::fprintf(stderr, "pinhole distrust: '%s' is not a port from 1 to 65535\n", text);
      return kUsage;
    }
    ports.push_back(port);
  }
  if (const auto missing = netfilter::missing_requirement()) {
    std::fprintf(stderr, "pinhole distrust: %s\n", missing->c_str());
    return kFailure;
  }
  netfilter::distrust(ports);
  return kOk;
}

}  // namespace pinhole::app
