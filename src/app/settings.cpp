#include "app/settings.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace pinhole::app {
namespace {

namespace po = boost::program_options;

using Texts = std::vector<std::string>;

/// A key: how its value reads, and what it sets. `set` answers false to a value that is not as `expected`.
struct Key {
  const char* name;
  const char* help;
  const char* expected;
  bool (*set)(std::string_view value, Settings& settings);
  bool repeatable = false;
};

std::optional<unsigned> number(std::string_view text, unsigned least, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) return {};
  return value;
}

std::optional<net::Port> port(std::string_view text) {
  const auto value = number(text, 1, std::numeric_limits<net::Port>::max());
  if (!value) return {};
  return static_cast<net::Port>(*value);
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool set_number(std::string_view text, unsigned least, unsigned most, unsigned& target) {
  const auto value = number(text, least, most);
  if (value) target = *value;
  return value.has_value();
}

bool set_control_ports(std::string_view text, Settings& settings) {
  std::vector<net::Port> ports;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto comma = std::min(text.find(',', begin), text.size());
    const auto value = port(trimmed(text.substr(begin, comma - begin)));
    if (!value) return false;
    ports.push_back(*value);
    begin = comma + 1;
  }
  settings.control_ports = std::move(ports);
  return true;
}

bool set_pinhole_timeout(std::string_view text, Settings& settings) {
  const auto value = number(text, 1, 3600);
  if (value) settings.policy.pinhole_timeout = std::chrono::seconds(*value);
  return value.has_value();
}

bool set_public_ports(std::string_view text, Settings& settings) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  const auto first = port(trimmed(text.substr(0, dash)));
  const auto last = port(trimmed(text.substr(dash + 1)));
  if (!first || !last || *first > *last) return false;
  settings.policy.public_ports = {*first, *last};
  return true;
}

bool set_external_address(std::string_view text, Settings& settings) {
  const auto address = net::IpAddress::parse(text);
  if (address) settings.policy.external_addresses.push_back(*address);
  return address.has_value();
}

bool set_line_timeout(std::string_view text, Settings& settings) {
  const auto value = number(text, 1, 3600);
  if (value) settings.policy.line_timeout = std::chrono::seconds(*value);
  return value.has_value();
}

bool set_unfinished_line(std::string_view text, Settings& settings) {
  if (text != "release" && text != "refuse") return false;
  settings.policy.unfinished_line =
      text == "refuse" ? alg::UnfinishedLine::refuse : alg::UnfinishedLine::release;
  return true;
}

bool set_mid_stream(std::string_view text, Settings& settings) {
  if (text != "foreign" && text != "pick-up") return false;
  settings.policy.mid_stream = text == "pick-up" ? alg::MidStream::pick_up : alg::MidStream::foreign;
  return true;
}

bool set_log_level(std::string_view text, Settings& settings) {
  constexpr std::array<std::string_view, 4> kNames{"error", "warning", "info", "debug"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] != text) continue;
    settings.log_level = static_cast<LogLevel>(i);
    return true;
  }
  return false;
}

bool set_fail(std::string_view text, Settings& settings) {
  if (text != "closed" && text != "open") return false;
  settings.fail_open = text == "open";
  return true;
}

constexpr std::array kGatewayKeys{
    Key{"control-ports", "ports of control connections (default 21)",
        "ports from 1 to 65535, separated by commas, such as 21,2121", set_control_ports},
    Key{"pinhole-timeout", "seconds a pinhole waits for its data connection (default 30)",
        "seconds from 1 to 3600", set_pinhole_timeout},
    Key{"public-ports",
        "where another public port is looked for when the announced one is taken (default 49152-65535)",
        "FIRST-LAST with ports from 1 to 65535, such as 50000-50999", set_public_ports},
    Key{"external-address", "address that our servers may announce as their own; may be repeated",
        "one IPv4 or IPv6 address", set_external_address, true},
    Key{"line-timeout", "seconds that the beginning of a split line waits for the rest (default 15)",
        "seconds from 1 to 3600", set_line_timeout},
    Key{"unfinished-line",
        "what becomes of a line that may need an edit and does not end: release (it goes on as it is) or "
        "refuse "
        "(default release)",
        "release or refuse", set_unfinished_line},
    Key{"mid-stream",
        "sessions whose beginning was not seen: foreign (nothing is opened) or pick-up (they count as logged "
        "in) "
        "(default foreign)",
        "foreign or pick-up", set_mid_stream},
    Key{"log-level", "error, warning, info or debug (default info)", "error, warning, info or debug",
        set_log_level},
};

constexpr std::array kQueueKeys{
    Key{"queues", "number of queues, one thread each (default 1)", "a number from 1 to 256",
        [](std::string_view text, Settings& s) { return set_number(text, 1, 256, s.queues); }},
    Key{"queue-base", "number of the first queue (default 0)", "a number from 0 to 65535",
        [](std::string_view text, Settings& s) { return set_number(text, 0, 65535, s.queue_base); }},
    Key{"queue-length", "packets that may wait in the kernel, per queue (default 4096)",
        "a number from 1 to 1000000",
        [](std::string_view text, Settings& s) { return set_number(text, 1, 1'000'000, s.queue_length); }},
    Key{"socket-buffer", "bytes of the kernel's buffer, per queue (default 8388608)",
        "bytes from 65536 to 1073741824",
        [](std::string_view text, Settings& s) {
          return set_number(text, 65536, 1u << 30, s.socket_buffer);
        }},
    Key{"fail",
        "what becomes of packets that cannot be judged: closed (dropped) or open (pass) (default closed)",
        "closed or open", set_fail},
};

po::options_description describe(const char* caption, std::span<const Key> keys) {
  po::options_description description(caption);
  for (const Key& key : keys) {
    if (key.repeatable) {
      description.add_options()(key.name, po::value<Texts>()->composing()->value_name("VALUE"), key.help);
    } else {
      description.add_options()(key.name, po::value<std::string>()->value_name("VALUE"), key.help);
    }
  }
  return description;
}

const Key* find_key(std::string_view name) {
  for (const auto keys : {std::span<const Key>(kGatewayKeys), std::span<const Key>(kQueueKeys)}) {
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

}  // namespace

po::options_description gateway_options() {
  return describe("What passes", kGatewayKeys);
}

po::options_description queue_options() {
  return describe("The kernel's side", kQueueKeys);
}

Settings settings_from(const po::variables_map& values) {
  Settings settings;
  for (const auto& [name, value] : values) {
    const Key* key = find_key(name);
    if (key == nullptr || value.empty()) continue;
    if (key->repeatable) {
      for (const auto& text : value.as<Texts>()) set(*key, text, settings);
    } else {
      set(*key, value.as<std::string>(), settings);
    }
  }
  if (settings.queue_base + settings.queues > 65536) {
    throw UsageError("queue-base: the last of " + std::to_string(settings.queues) +
                     " queues would be beyond 65535");
  }
  return settings;
}

}  // namespace pinhole::app
