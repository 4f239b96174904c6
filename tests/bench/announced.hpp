// Endpoints as PORT, EPRT and the replies 227 and 229 announce them (RFC 959 section 4.1.2, RFC 2428).
//
// Written for the load generator alone: what is measured must not check itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pinhole/net/address.hpp"

namespace pinhole::bench {

using net::Endpoint;

std::string commas(const Endpoint& endpoint);  ///< "192,0,2,1,195,149"; IPv4 only
std::string bars(const Endpoint& endpoint);    ///< "|1|192.0.2.1|50069|"

/// From the first digit to the last: after "PORT ", or within the parentheses of a 227.
std::optional<Endpoint> from_commas(std::string_view text);
/// After "EPRT ".
std::optional<Endpoint> from_bars(std::string_view text);
/// Within the parentheses of a 229: "|||50069|".
std::optional<net::Port> port_from_bars(std::string_view text);

/// What stands between the parentheses; empty where there are none.
std::string_view parenthesized(std::string_view reply);

}  // namespace pinhole::bench
