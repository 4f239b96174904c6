// Connections through each kind of NAT.
#pragma once

#include "pinhole/alg/nat_view.hpp"

namespace pinhole::test::nat {

alg::NatView none();         ///< 192.168.1.10 -> 198.51.100.2
alg::NatView masquerade();   ///< the same, seen as 203.0.113.7
alg::NatView forward();      ///< 192.0.2.9 -> 203.0.113.7, forwarded to 10.0.0.2
alg::NatView both();         ///< 192.168.1.10 -> 203.0.113.7, seen as 203.0.113.99, forwarded to 10.0.0.2
alg::NatView masquerade6();  ///< fd00::10 -> 2001:db8::2, seen as 2001:db8::7

}  // namespace pinhole::test::nat
