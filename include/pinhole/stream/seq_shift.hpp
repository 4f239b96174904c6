// How conntrack shifts the sequence numbers of one direction of a connection.
//
// Exactly the kernel's triple (struct nf_ct_seqadj, CTA_SEQ_ADJ_*): an outgoing segment whose number comes
// after `position` is shifted by `after`, any other by `before`; acknowledgments that come back are shifted
// the other way. Positions are in the sender's own number space. SACK edges go through unshift() as well.
#pragma once

#include <cstdint>

#include "pinhole/net/seq.hpp"

namespace pinhole::stream {

struct SeqShift {
  net::Seq position;
  std::int32_t before = 0;
  std::int32_t after = 0;

  /// A number of the sender as the receiver sees it.
  constexpr net::Seq shift(net::Seq seq) const { return seq + (seq > position ? after : before); }

  /// A number that the receiver acknowledges, in the sender's space.
  constexpr net::Seq unshift(net::Seq ack) const { return ack - (ack - before > position ? after : before); }

  constexpr bool operator==(const SeqShift&) const = default;
};

}  // namespace pinhole::stream
