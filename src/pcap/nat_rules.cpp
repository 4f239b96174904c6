#include "pcap/nat_rules.hpp"

namespace pinhole::pcap {
namespace {

/// Both sides of the sign, or nothing if there is not exactly one.
std::optional<std::pair<std::string_view, std::string_view>> sides(std::string_view text) {
  const auto sign = text.find('=');
  if (sign == std::string_view::npos) return std::nullopt;
  return std::pair(text.substr(0, sign), text.substr(sign + 1));
}

}  // namespace

std::optional<SourceNat> SourceNat::parse(std::string_view text) {
  const auto pair = sides(text);
  if (!pair) return std::nullopt;
  const auto network = net::Network::parse(pair->first);
  const auto base = net::IpAddress::parse(pair->first.substr(0, pair->first.find('/')));
  const auto outside = net::IpAddress::parse(pair->second);
  if (!network || !base || !outside || base->family() != outside->family()) return std::nullopt;
  return SourceNat{*network, *outside};
}

std::optional<DestinationNat> DestinationNat::parse(std::string_view text) {
  const auto pair = sides(text);
  if (!pair) return std::nullopt;
  const auto outside = net::IpAddress::parse(pair->first);
  const auto inside = net::IpAddress::parse(pair->second);
  if (!outside || !inside || outside->family() != inside->family()) return std::nullopt;
  return DestinationNat{*outside, *inside};
}

net::Endpoint NatRules::seen(const net::Endpoint& client) const {
  for (const auto& rule : source) {
    if (rule.inside.contains(client.address)) return {rule.outside, client.port};
  }
  return client;
}

net::Endpoint NatRules::dialed(const net::Endpoint& server) const {
  for (const auto& rule : destination) {
    if (rule.inside == server.address) return {rule.outside, server.port};
  }
  return server;
}

}  // namespace pinhole::pcap
