// The endpoint of a data connection in the four ways FTP writes it, found in and put back into a line.
//
//   PORT h1,h2,h3,h4,p1,p2                     RFC 959 section 5.3.2
//   EPRT |protocol|address|port|               RFC 2428 section 2, any delimiter
//   227 any text h1,h2,h3,h4,p1,p2 any text    RFC 1123 section 4.1.2.6: no parentheses promised
//   229 any text (|||port|)                    RFC 2428 section 3, any delimiter
//
// Strict where two readers could differ: a number above its range, a seventh number or a second family is
// no endpoint at all. Port 0 is well-formed here; policy refuses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pinhole/net/address.hpp"

namespace pinhole::ftp {

/// Which line negotiates.
enum class Form : std::uint8_t { port, eprt, pasv, epsv };

constexpr bool is_active(Form form) {
  return form == Form::port || form == Form::eprt;
}
const char* to_string(Form form);  ///< "PORT", "EPRT", "PASV", "EPSV"

/// Where a line names its endpoint, and which.
struct DataEndpoint {
  std::optional<net::IpAddress> address;  ///< nullopt for 229: the address that was dialed
  net::Port port = 0;
  std::size_t offset = 0;  ///< of the endpoint's text in the line
  std::size_t length = 0;

  bool operator==(const DataEndpoint&) const = default;
};

/// Reads a whole line (without its end): the command or the reply that `form` says.
std::optional<DataEndpoint> find_endpoint(Form form, std::string_view line);

/// The line with `replacement` where `found` was; everything else stays as it is, and so does the delimiter
/// unless it is part of the new address. For 229 only the port is written.
std::string with_endpoint(Form form, std::string_view line, const DataEndpoint& found,
                          const net::Endpoint& replacement);

/// A 227 line of exactly `length` bytes, for connections whose numbers cannot be shifted; nullopt if that is
/// too short.
std::optional<std::string> pasv_reply_of_length(const net::Endpoint& endpoint, std::size_t length);

}  // namespace pinhole::ftp
