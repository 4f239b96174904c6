// The keys that may differ between servers.

#include "app/keys.hpp"
#include "app/values.hpp"
#include "pinhole/ftp/command.hpp"

namespace pinhole::app {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kRefusals{std::pair{"mask"sv, alg::OnRefusal::mask},
                               std::pair{"reset"sv, alg::OnRefusal::reset}};
constexpr std::array kNotFtp{std::pair{"pass"sv, alg::OnNotFtp::pass},
                             std::pair{"reset"sv, alg::OnNotFtp::reset}};
constexpr std::array kTls{std::pair{"allow"sv, alg::Tls::allow}, std::pair{"deny"sv, alg::Tls::deny}};
constexpr std::array kPasvOtherHost{std::pair{"repair"sv, alg::PasvOtherHost::repair},
                                    std::pair{"refuse"sv, alg::PasvOtherHost::refuse}};
constexpr std::array kUnfinished{std::pair{"pass"sv, alg::UnfinishedLine::pass},
                                 std::pair{"refuse"sv, alg::UnfinishedLine::refuse}};

bool read_command(std::string_view text, std::string& target) {
  const auto command = ftp::parse_command(text);
  if (!command || command->word.size() != text.size()) return false;
  target = text;
  for (char& c : target) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return true;
}

bool read_node(std::string_view text, alg::DataNode& target) {
  const auto equals = text.find('=');
  const auto address = net::IpAddress::parse(trimmed(text.substr(0, equals)));
  const auto announced =
      equals == std::string_view::npos ? address : net::IpAddress::parse(trimmed(text.substr(equals + 1)));
  if (!address || !announced || address->family() != announced->family()) return false;
  target = {*address, *announced};
  return true;
}

/// `every` is the word for no list.
bool read_commands(std::string_view text, std::string_view every, std::vector<std::string>& target) {
  if (text == every) {
    target.clear();
    return true;
  }
  return read_list(text, read_command, target);
}

bool read_range(std::string_view text, alg::PortRange& target) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  alg::PortRange range;
  if (!read_port(trimmed(text.substr(0, dash)), range.first)) return false;
  if (!read_port(trimmed(text.substr(dash + 1)), range.last) || range.first > range.last) return false;
  target = range;
  return true;
}

constexpr std::size_t kMostBytes = 1u << 20;
constexpr std::size_t kMost = 1'000'000;

constexpr std::array kKeys{
    Key{"pinhole-timeout", "seconds a pinhole stays open for its data connection (default 300)",
        "seconds from 1 to 3600",
        [](std::string_view text, Settings& s) {
          return read_seconds(text, 3600, s.policy.pinhole_timeout);
        }},
    Key{"public-ports",
        "where addresses are translated, announce only these ports; any: the port that was announced, if it "
        "is "
        "free (default any)",
        "any, or FIRST-LAST with ports from 1 to 65535, such as 50000-50999",
        [](std::string_view text, Settings& s) {
          alg::PortRange range;
          s.policy.public_ports_only = text != "any";
          if (s.policy.public_ports_only && !read_range(text, range)) return false;
          s.policy.public_ports = range;
          return true;
        }},
    Key{"data-ports", "passive ports of the server, if it is told to use no others (default none)",
        "none, or FIRST-LAST with ports from 1 to 65535, such as 50000-50999",
        [](std::string_view text, Settings& s) {
          alg::PortRange range;
          const bool known = text != "none";
          if (known && !read_range(text, range)) return false;
          s.policy.data_ports = known ? std::optional(range) : std::nullopt;
          return true;
        }},
    Key{"external-address", "address that your servers may announce as their own; may be repeated",
        "one IPv4 or IPv6 address",
        [](std::string_view text, Settings& s) {
          const auto address = net::IpAddress::parse(text);
          if (address) s.policy.external_addresses.push_back(*address);
          return address.has_value();
        },
        [](Settings& s) { s.policy.external_addresses.clear(); }},
    Key{"data-nodes",
        "hosts that a 227 of your servers may name for the data; ADDRESS=PUBLIC where this router translates "
        "them; may be repeated",
        "addresses separated by commas, such as 10.0.0.8 or 10.0.0.8=203.0.113.8",
        [](std::string_view text, Settings& s) {
          std::vector<alg::DataNode> nodes;
          if (!read_list(text, read_node, nodes)) return false;
          s.policy.data_nodes.insert(s.policy.data_nodes.end(), nodes.begin(), nodes.end());
          return true;
        },
        [](Settings& s) { s.policy.data_nodes.clear(); }},
    Key{"pasv-other-host",
        "a 227 that names another host: repair (tell the client the address it dialed) or refuse (default "
        "repair)",
        "repair or refuse",
        [](std::string_view text, Settings& s) {
          return read_choice(text, kPasvOtherHost, s.policy.pasv_other_host);
        }},
    Key{"fxp", "network of third hosts that PORT and EPRT may name; may be repeated",
        "an IPv4 or IPv6 network, such as 192.0.2.0/24",
        [](std::string_view text, Settings& s) {
          const auto network = net::Network::parse(text);
          if (network) s.policy.fxp.push_back(*network);
          return network.has_value();
        },
        [](Settings& s) { s.policy.fxp.clear(); }},
    Key{"min-data-port", "lowest port that may be negotiated (default 1024)", "a port from 1 to 65535",
        [](std::string_view text, Settings& s) { return read_port(text, s.policy.min_data_port); }},
    Key{"require-login", "yes: refuse negotiations before login (default yes)", "yes or no",
        [](std::string_view text, Settings& s) { return read_yes(text, s.policy.require_login); }},
    Key{"tls", "AUTH TLS, after which nothing can be inspected: allow or deny (default allow)",
        "allow or deny",
        [](std::string_view text, Settings& s) { return read_choice(text, kTls, s.policy.tls); }},
    Key{"allow-commands", "the only commands allowed (default all)",
        "all, or commands separated by commas, such as USER,PASS,RETR",
        [](std::string_view text, Settings& s) {
          return read_commands(text, "all", s.policy.allow_commands);
        }},
    Key{"deny-commands", "commands that are refused (default none)",
        "none, or commands separated by commas, such as SITE,DELE",
        [](std::string_view text, Settings& s) {
          return read_commands(text, "none", s.policy.deny_commands);
        }},
    Key{"max-command-length",
        "bytes of a command line; longer ones reset the session; 0 = unlimited (default 8192)",
        "bytes from 0 to 1048576",
        [](std::string_view text, Settings& s) {
          return read_number<std::size_t>(text, 0, kMostBytes, s.policy.max_command_length);
        }},
    Key{"max-reply-length", "the same for a line of a reply (default 0)", "bytes from 0 to 1048576",
        [](std::string_view text, Settings& s) {
          return read_number<std::size_t>(text, 0, kMostBytes, s.policy.max_reply_length);
        }},
    Key{"max-outstanding-commands",
        "commands waiting for a reply; beyond that no more pinholes are opened (default 1024)",
        "a number from 1 to 1000000",
        [](std::string_view text, Settings& s) {
          return read_number<std::size_t>(text, 1, kMost, s.policy.max_outstanding_commands);
        }},
    Key{"commands-per-second",
        "commands per second of one session; more are refused; 0 = unlimited (default 0)",
        "a number from 0 to 1000000",
        [](std::string_view text, Settings& s) {
          return read_number(text, 0u, unsigned{kMost}, s.policy.commands_per_second);
        }},
    Key{"pinholes-per-session", "pinholes of one session in total; 0 = unlimited (default 0)",
        "a number from 0 to 1000000",
        [](std::string_view text, Settings& s) {
          return read_number<std::size_t>(text, 0, kMost, s.policy.pinholes_per_session);
        }},
    Key{"sessions-per-client",
        "concurrent sessions of one client address, per queue; more are reset; 0 = unlimited (default 256)",
        "a number from 0 to 1000000",
        [](std::string_view text, Settings& s) {
          return read_number<std::size_t>(text, 0, kMost, s.policy.sessions_per_client);
        }},
    Key{"idle-timeout", "seconds after which an idle session is removed from the table (default 7200)",
        "seconds from 1 to 604800",
        [](std::string_view text, Settings& s) {
          return read_seconds(text, 604'800, s.policy.idle_timeout);
        }},
    Key{"line-timeout", "seconds to wait for the rest of a split line (default 15)", "seconds from 1 to 3600",
        [](std::string_view text, Settings& s) { return read_seconds(text, 3600, s.policy.line_timeout); }},
    Key{"on-unfinished-line",
        "a line that may have to be rewritten and is not finished in time: pass or refuse (default pass)",
        "pass or refuse",
        [](std::string_view text, Settings& s) {
          return read_choice(text, kUnfinished, s.policy.on_unfinished_line);
        }},
    Key{"on-refusal", "what is refused: mask (the session goes on) or reset (default mask)", "mask or reset",
        [](std::string_view text, Settings& s) { return read_choice(text, kRefusals, s.policy.on_refusal); }},
    Key{"on-not-ftp", "connections that turn out not to be FTP: pass or reset (default pass)",
        "pass or reset",
        [](std::string_view text, Settings& s) { return read_choice(text, kNotFtp, s.policy.on_not_ftp); }},
    Key{"observe",
        "yes: refuse, reset and limit nothing, only report what would be refused; pinholes and NAT as usual "
        "(default no)",
        "yes or no", [](std::string_view text, Settings& s) { return read_yes(text, s.policy.observe); }},
};

}  // namespace

std::span<const Key> policy_keys() {
  return kKeys;
}

}  // namespace pinhole::app
