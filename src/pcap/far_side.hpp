// What the far side of the router sees of one control connection.
//
// Three forms of a packet: *captured* (client -> server, everybody's own numbers); *at the hook*, as the
// gateway is given it (client -> dialed, server -> seen; numbers acknowledged as they left); *far* (seen ->
// dialed, the sender's numbers shifted too). The step between the last two is nf_ct_seq_adjust()'s.
//
// A capture shows the hosts answering to what was sent, not to what the gateway made of it: while bytes are
// acknowledged locally or held they must not be acknowledged on the far side, so no number is ever ahead of
// what left.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "pinhole/alg/tracker.hpp"

namespace pinhole::pcap {

/// One packet's way.
struct Passage {
  alg::Side sender = alg::Side::client;
  std::size_t missing = 0;  ///< payload bytes at its end that were not captured
  bool held_back = false;   ///< its acknowledgment was ahead of what left
  bool fresh = false;       ///< it repeats nothing that was captured before
};

class FarSide {
 public:
  /// Captured -> at the hook, in place. Sets passage.held_back and passage.fresh.
  void to_hook(std::span<std::uint8_t> packet, const alg::View& view, Passage& passage);

  /// At the hook -> far, in place. False if the packet says nothing any more: an empty acknowledgment that
  /// was held back to what its sender has acknowledged before.
  bool to_far(std::span<std::uint8_t> packet, const alg::View& view, const Passage& passage);

  /// Behind the last byte of `sender` that left, in far numbers; nullopt before the first.
  std::optional<net::Seq> left_end(alg::Side sender) const { return directions_[sender].left_end; }

 private:
  struct Direction {
    std::optional<net::Seq> captured_end;  // behind the last byte seen, captured numbers
    std::optional<net::Seq> left_end;      // behind the last byte that left, far numbers
    std::optional<net::Seq> acknowledged;  // by the receiver, far numbers

    /// Where `seq`, a number of this direction as captured, is on the far side.
    net::Seq map(net::Seq seq, const stream::SeqShift& shift) const;
  };

  net::PerSide<Direction> directions_;
};

}  // namespace pinhole::pcap
