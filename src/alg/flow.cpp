#include "alg/flow.hpp"

namespace pinhole::alg {
namespace {

net::Seq begin_of(Side side, const NatView& nat, Side sender, const net::TcpSegment& first) {
  if (side == sender) return first.seq() + (first.syn() ? 1 : 0);
  const auto& shift = side == Side::client ? nat.client_shift : nat.server_shift;
  return shift.unshift(first.ack());
}

}  // namespace

Flow::Flow(const NatView& nat, Side sender, const net::TcpSegment& first, const Policy& rules,
           const Limits& limits)
    : view(nat),
      policy(&rules),
      session({rules.outstanding_commands, rules.require_login}),
      directions{Direction(begin_of(Side::client, nat, sender, first), nat.client_shift, limits),
                 Direction(begin_of(Side::server, nat, sender, first), nat.server_shift, limits)} {}

}  // namespace pinhole::alg
