// The hosts of most stories: a client that SNAT shows as another host, its server, and a PORT of the client.
#pragma once

#include <string>

#include "support/segments.hpp"

namespace pinhole::test {

inline const net::Endpoint kClient = endpoint("192.168.1.10", 4000);
inline const net::Endpoint kServer = endpoint("198.51.100.2", 21);
inline const net::Endpoint kSeen = endpoint("203.113.213.117", 4000);
inline const net::Endpoint kDataServer = endpoint("198.51.100.2", 20);
inline const net::Endpoint kAnnounced = endpoint("192.168.1.10", 51201);
inline const std::string kPortLine = "PORT 192,168,1,10,200,1\r\n";
inline const std::string kPublicPortLine = "PORT 203,113,213,117,200,1\r\n";

}  // namespace pinhole::test
