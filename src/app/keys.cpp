// The keys that hold for all servers.

#include "app/keys.hpp"

#include "app/values.hpp"

namespace pinhole::app {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kLevels{std::pair{"error"sv, LogLevel::error}, std::pair{"warning"sv, LogLevel::warning},
                             std::pair{"info"sv, LogLevel::info}, std::pair{"debug"sv, LogLevel::debug}};
constexpr std::array kFail{std::pair{"closed"sv, false}, std::pair{"open"sv, true}};

constexpr std::array kGatewayKeys{
    Key{"control-ports", "ports of control connections (default 21)",
        "ports from 1 to 65535, separated by commas, such as 21,2121",
        [](std::string_view text, Settings& s) { return read_list(text, read_port, s.control_ports); }},
    Key{"max-sessions", "concurrent sessions, per queue; more are reset (default 65536)",
        "a number from 1 to 10000000",
        [](std::string_view text, Settings& s) {
          return read_number<std::size_t>(text, 1, 10'000'000, s.limits.flows);
        }},
    Key{"log-level", "error, warning, info or debug (default info)", "error, warning, info or debug",
        [](std::string_view text, Settings& s) { return read_choice(text, kLevels, s.log_level); }},
};

constexpr std::array kQueueKeys{
    Key{"queues", "number of queues, each with its own thread (default 1)", "a number from 1 to 256",
        [](std::string_view text, Settings& s) { return read_number(text, 1u, 256u, s.queues); }},
    Key{"queue-base", "number of the first queue (default 0)", "a number from 0 to 65534",
        [](std::string_view text, Settings& s) { return read_number(text, 0u, 65534u, s.queue_base); }},
    Key{"queue-length", "packets that may wait in the kernel, per queue (default 4096)",
        "a number from 1 to 1000000",
        [](std::string_view text, Settings& s) { return read_number(text, 1u, 1'000'000u, s.queue_length); }},
    Key{"socket-buffer", "receive buffer of the netlink socket in bytes, per queue (default 8388608)",
        "bytes from 65536 to 1073741824",
        [](std::string_view text, Settings& s) {
          return read_number(text, 65536u, 1u << 30, s.socket_buffer);
        }},
    Key{"fail", "packets that cannot be inspected: closed (drop) or open (pass) (default closed)",
        "closed or open",
        [](std::string_view text, Settings& s) { return read_choice(text, kFail, s.fail_open); }},
};

}  // namespace

std::span<const Key> gateway_keys() {
  return kGatewayKeys;
}

std::span<const Key> queue_keys() {
  return kQueueKeys;
}

const Key* find_key(std::string_view name) {
  for (const auto keys : {policy_keys(), gateway_keys(), queue_keys()}) {
    for (const Key& key : keys) {
      if (key.name == name) return &key;
    }
  }
  return nullptr;
}

void set(const Key& key, std::string_view value, Settings& settings) {
  if (key.set(value, settings)) return;
  throw UsageError(std::string(key.name) + ": '" + std::string(value) + "' is not " + key.expected);
}

}  // namespace pinhole::app
