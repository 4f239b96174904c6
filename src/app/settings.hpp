// Everything that can be configured, from the command line or a file: the same keys in both.
//
// Wrong values are reported as one line that names the key, the value and what is expected. Nothing here
// reads a file: arguments.hpp does.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "pinhole/alg/limits.hpp"
#include "pinhole/alg/policy.hpp"
#include "pinhole/net/address.hpp"

namespace pinhole::app {

enum class LogLevel : std::uint8_t { error, warning, info, debug };

struct Settings {
  std::vector<net::Port> control_ports{21};
  unsigned queues = 1;                       ///< one thread each
  unsigned queue_base = 0;                   ///< number of the first queue
  bool fail_open = false;                    ///< what happens to packets when the gateway cannot judge them
  unsigned queue_length = 4096;              ///< packets the kernel keeps for us, per queue
  unsigned socket_buffer = 8 * 1024 * 1024;  ///< bytes, per queue
  LogLevel log_level = LogLevel::info;
  alg::Policy policy;  ///< of servers without a section
  std::vector<std::pair<net::Network, alg::Policy>> by_server;
  alg::Limits limits;

  alg::Policies policies() const { return {policy, by_server}; }
  bool operator==(const Settings&) const = default;
};

/// What a file says between `[server NETWORK]` and the next section.
struct Section {
  net::Network network;
  std::vector<std::pair<std::string, std::string>> values;  ///< key, value; the same key side by side
};
using Sections = std::vector<Section>;

/// Under this name, which no option can have, Sections stand in a variables_map.
constexpr const char* kSectionsKey = "[sections]";

/// The line to print: what is wrong, where, and what would be right. Exit status 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Keys that decide what passes: control-ports, sessions, log-level and those of a policy.
boost::program_options::options_description gateway_options();

/// Of these, the ones that may stand in a section.
boost::program_options::options_description policy_options();

/// Keys of the kernel's side: queues, queue-base, queue-length, socket-buffer, fail.
boost::program_options::options_description queue_options();

/// Throws UsageError.
Settings settings_from(const boost::program_options::variables_map& values);

}  // namespace pinhole::app
