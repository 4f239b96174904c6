// An endpoint from its address's text.
#pragma once

#include "pinhole/net/address.hpp"

namespace pinhole::test {

inline net::Endpoint at(const char* address, net::Port port) {
  return {*net::IpAddress::parse(address), port};
}

}  // namespace pinhole::test
