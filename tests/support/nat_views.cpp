#include "support/nat_views.hpp"

#include "support/segments.hpp"

namespace pinhole::test::nat {
namespace {
alg::NatView make(net::Endpoint client, net::Endpoint dialed, net::Endpoint server, net::Endpoint seen) {
  alg::NatView view;
  view.id = 7;
  view.client = client;
  view.dialed = dialed;
  view.server = server;
  view.seen = seen;
  return view;
}
const auto kClient = endpoint("192.168.1.10", 40000);
const auto kServer = endpoint("198.51.100.2", 21);
}  // namespace

alg::NatView none() {
  return make(kClient, kServer, kServer, kClient);
}
alg::NatView masquerade() {
  return make(kClient, kServer, kServer, endpoint("203.0.113.7", 40000));
}
alg::NatView forward() {
  const auto outside = endpoint("192.0.2.9", 40000);
  return make(outside, endpoint("203.0.113.7", 2121), endpoint("10.0.0.2", 21), outside);
}
alg::NatView both() {
  return make(kClient, endpoint("203.0.113.7", 21), endpoint("10.0.0.2", 21),
              endpoint("203.0.113.99", 50000));
}
alg::NatView masquerade6() {
  const auto server = endpoint("2001:db8::2", 21);
  return make(endpoint("fd00::10", 40000), server, server, endpoint("2001:db8::7", 40000));
}

}  // namespace pinhole::test::nat
