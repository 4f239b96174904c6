// Where lines begin in a connection of which a capture lacks bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "pinhole/net/per_side.hpp"
#include "pinhole/net/seq.hpp"

namespace pinhole::pcap {

class LineEnds {
 public:
  /// Bytes of `sender` from `seq` on; of which `missing` at the end were not captured.
  void follow(net::Side sender, net::Seq seq, std::span<const std::uint8_t> bytes, std::size_t missing) {
    if (bytes.empty() && missing == 0) return;
    auto& side = sides_[sender];
    const auto end = seq + static_cast<std::int64_t>(bytes.size() + missing);
    if (side.end && end <= *side.end) return;
    side.end = end;
    side.whole = missing == 0 && bytes.back() == '\n';
  }

  /// A line of `sender` begins with these bytes for certain, and the other side, of which `acknowledged` is
  /// the next byte, is in no line.
  bool begins(net::Side sender, net::Seq seq, net::Seq acknowledged) const {
    const auto& own = sides_[sender];
    const auto& peer = sides_[net::other(sender)];
    const bool own_begins = own.whole && own.end == seq;
    return own_begins && (!peer.end || (peer.whole && *peer.end == acknowledged));
  }

 private:
  struct Direction {
    std::optional<net::Seq> end;  // behind the last byte captured
    bool whole = false;           // a line ends there
  };
  net::PerSide<Direction> sides_;
};

}  // namespace pinhole::pcap
