// What the operator allows, for the sessions of each server.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pinhole/alg/nat_view.hpp"
#include "pinhole/net/address.hpp"

namespace pinhole::alg {

struct PortRange {
  net::Port first = 49152;  // the dynamic ports of RFC 6335 section 6
  net::Port last = 65535;

  bool contains(net::Port port) const { return first <= port && port <= last; }
  std::size_t size() const { return static_cast<std::size_t>(last) - first + 1; }
  bool operator==(const PortRange&) const = default;
};

/// A host other than the server that has its data, as in a cluster.
struct DataNode {
  net::IpAddress address;    ///< its own
  net::IpAddress announced;  ///< what clients dial, which the router's own rules lead to it; mostly the same

  bool operator==(const DataNode&) const = default;
};

/// What to do with a 227 that names neither the server nor its public address.
enum class PasvOtherHost : std::uint8_t { repair, refuse };

/// What to do with a line that may need an edit and of which no more can be waited for.
enum class UnfinishedLine : std::uint8_t {
  pass,  ///< what was acknowledged goes on as it came; should the line need an edit after all, it is refused
  refuse,  ///< what was acknowledged leaves masked, and so does the rest
};

/// How the peers are told that something is refused.
enum class OnRefusal : std::uint8_t {
  mask,   ///< the line is made one that the server itself refuses; the session goes on
  reset,  ///< both ends get a RST
};

/// What to do with a connection that turns out not to be FTP.
enum class OnNotFtp : std::uint8_t { pass, reset };

enum class Tls : std::uint8_t { allow, deny };

/// What holds for the sessions of one server.
struct Policy {
  /// Decide and report everything, but refuse, reset and limit nothing: what would be refused goes on as it
  /// came. A pinhole is opened only where it would be without this.
  bool observe = false;
  OnRefusal on_refusal = OnRefusal::mask;
  OnNotFtp on_not_ftp = OnNotFtp::pass;

  bool require_login = true;  ///< nothing is negotiated before it
  Tls tls = Tls::allow;
  std::vector<std::string> allow_commands;  ///< in upper case; if there are any, no others pass
  std::vector<std::string> deny_commands;   ///< in upper case
  std::vector<net::Network> fxp;            ///< third hosts that PORT and EPRT may name (RFC 2577 section 3)

  std::size_t max_command_length = 8192;  ///< bytes of a line, its end included; 0: any
  std::size_t max_reply_length = 0;
  std::size_t max_outstanding_commands = 1024;  ///< without a reply
  unsigned commands_per_second = 0;             ///< 0: any number; as many may come at once
  std::size_t pinholes_per_session = 0;         ///< in all; 0: any number. At a time there is one.
  std::size_t sessions_per_client = 256;        ///< at a time, of one client address; 0: any number
  std::chrono::seconds idle_timeout{7200};      ///< a session that is silent for longer is forgotten

  std::chrono::seconds pinhole_timeout{300};       ///< as long as the kernel's own helper waits
  PortRange public_ports;                          ///< where p' is looked for when p is taken
  bool public_ports_only = false;                  ///< p' is always one of these
  std::vector<net::IpAddress> external_addresses;  ///< addresses that our servers may announce as their own
  std::vector<DataNode> data_nodes;                ///< that a 227 of our servers may name
  PasvOtherHost pasv_other_host = PasvOtherHost::repair;
  std::optional<PortRange> data_ports;       ///< of the server, where it is told to use no others
  net::Port min_data_port = 1024;            ///< RFC 2577 section 3
  std::vector<net::Port> control_ports{21};  ///< no data ports: what is expected there is not inspected
  UnfinishedLine on_unfinished_line = UnfinishedLine::pass;
  std::chrono::seconds line_timeout{15};  ///< for the rest of a line: TCP's first four repetitions (RFC 6298)

  bool operator==(const Policy&) const = default;
};

/// The policies of all servers. A session keeps the one it began with, also when these are replaced.
class Policies {
 public:
  /// One for all: a Policy is also Policies.
  Policies(Policy general = {}) : general_(std::make_shared<const Policy>(std::move(general))) {}
  Policies(Policy general, const std::vector<std::pair<net::Network, Policy>>& by_server);

  /// Of the smallest network that holds the server's own address or the one that was dialed; never null.
  const std::shared_ptr<const Policy>& of(const NatView& flow) const;

  /// The policies that may hold for a packet of which the tracker knows no connection: that of a server with
  /// one of its addresses or, where there is none, all of them, as DNAT may hide the server.
  std::vector<std::shared_ptr<const Policy>> that_may_hold(const net::FlowKey& packet) const;

 private:
  std::shared_ptr<const Policy> general_;
  std::vector<std::pair<net::Network, std::shared_ptr<const Policy>>> by_server_;  // smallest network first
};

}  // namespace pinhole::alg
