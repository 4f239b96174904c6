// Connection tracking's netlink messages, from values and into values.
//
// Pure: no socket, no kernel. Numbers travel big-endian, and everything here that is about a connection names
// it by its ORIG tuple, client -> dialed. The wire format is linux/netfilter/nfnetlink_conntrack.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "netfilter/message.hpp"
#include "pinhole/alg/pinhole.hpp"
#include "pinhole/alg/tracker.hpp"
#include "pinhole/net/flow_key.hpp"
#include "pinhole/stream/seq_shift.hpp"

namespace pinhole::netfilter {

/// The helper that the rules (pinhole-nft, pinhole-iptables) attach to control connections.
inline constexpr std::string_view kHelper = "sane";

/// A permitted data connection as the kernel keeps it.
struct Expectation {
  net::FlowKey master;  ///< ORIG tuple of the control connection
  net::FlowKey tuple;   ///< the data connection; its source port is not looked at
  /// Where its destination is translated to, its source becoming the address under which the opener's end of
  /// the control connection appears there (`nat-follow-master`). Without it the router's NAT rules apply.
  std::optional<net::Endpoint> forward_to;
  alg::Side opener = alg::Side::client;
  bool permanent = false;  ///< it stays when a packet has used it

  bool operator==(const Expectation&) const = default;
};

/// Follows its master's NAT also where that has none, so that no NAT rule can give the data connection an
/// address other than the negotiated one. A pinhole to a third host follows nothing: its master does not lead
/// there.
Expectation expectation_for(const alg::NatView& flow, const alg::Pinhole& pinhole);

/// Asks for a connection by either of its tuples. Answer: parse_conntrack(), or ENOENT.
Message conntrack_get(const net::FlowKey& either_tuple);

/// Asks for all connections of the family and with the destination port of `tuple`. Kernels before 5.8 leave
/// the port unread and answer with the whole family. Answers: parse_connection().
Message conntrack_dump(const net::FlowKey& tuple);

/// Asks for all connections of a family.
Message conntrack_dump(net::Family family);

/// Deletes a connection, if it has this id.
Message conntrack_delete(const net::FlowKey& orig, std::uint32_t id);

/// Sets how long a connection that exists may be silent; never creates one.
Message conntrack_timeout(const net::FlowKey& orig, std::chrono::seconds timeout);

/// Sets how the numbers of `sender`'s bytes are shifted.
Message conntrack_shift(const net::FlowKey& orig, alg::Side sender, const stream::SeqShift& shift);

/// Writes what was heard of a connection into its labels; ENOSPC if its entry has no room for any. `unread`
/// stays as it is.
Message conntrack_labels(const net::FlowKey& orig, const alg::Labels& labels);

/// Notes in a connection's labels that payload went by unheard.
Message conntrack_unread(const net::FlowKey& orig);

/// Creates an expectation; EEXIST if its tuple has one already.
Message expectation_new(const Expectation& expectation);

/// Sets the timeout of an expectation that exists; never creates one. Not to be sent before our creation was
/// confirmed: it would change somebody else's.
Message expectation_timeout(const Expectation& expectation, std::chrono::seconds timeout);

/// Asks for an expectation by its tuple. Answer: parse_expectation(), or ENOENT.
Message expectation_get(const net::FlowKey& tuple);

/// Asks for all expectations, of both families. Answers: parse_expectation().
Message expectation_dump();

/// Deletes an expectation. With an id, only if it is that one.
Message expectation_delete(const net::FlowKey& tuple, std::optional<std::uint32_t> id);

/// nullopt if the message is none of a TCP connection.
std::optional<alg::View> parse_conntrack(std::span<const std::uint8_t> message);

/// A connection's entry, but for its NAT.
struct FoundConnection {
  net::FlowKey orig;
  std::uint32_t id = 0;
  std::optional<net::FlowKey> master;  ///< whose expectation let it in
  bool ended = false;                  ///< an entry in a flowtable does not tell its state, and has not
  std::optional<std::chrono::seconds> timeout;
};
/// nullopt if the message is none of a TCP connection.
std::optional<FoundConnection> parse_connection(std::span<const std::uint8_t> message);

struct FoundExpectation {
  net::FlowKey master;
  net::FlowKey tuple;
  std::uint32_t id = 0;
  std::chrono::seconds timeout{0};
  std::string helper;  ///< its master's
};
/// nullopt if the message is none of a TCP connection's.
std::optional<FoundExpectation> parse_expectation(std::span<const std::uint8_t> message);

}  // namespace pinhole::netfilter
