// A packet on its walk.
#pragma once

#include "pinhole/alg/nat_view.hpp"
#include "pinhole/alg/sink.hpp"
#include "pinhole/alg/time.hpp"
#include "pinhole/net/tcp_segment.hpp"
#include "pinhole/stream/edited_direction.hpp"

namespace pinhole::control {

using alg::other;
using alg::Reason;
using alg::Side;
using alg::Time;

struct Arrival {
  alg::PacketId id = 0;
  const net::TcpSegment& segment;
  Side sender = Side::client;
  Time now{};
  bool changed = false;  ///< `segment` is not what the edge has
  alg::Entry entry = alg::Entry::unsaid;

  stream::EditedDirection::Piece piece() const { return {segment.seq(), segment.payload(), segment.fin()}; }
};

}  // namespace pinhole::control
