// What a network may do to the packets of one direction: cut them anew, lose, repeat, delay and reorder them.
#pragma once

#include <vector>

#include "property/random.hpp"
#include "simulator/host.hpp"

namespace pinhole::test::simulator {

class Network {
 public:
  static Network some(Random& random);

  struct Arrival {
    Microseconds after;
    Host::Packet packet;
  };
  /// What becomes of packets that are sent at once.
  std::vector<Arrival> carry(std::vector<Host::Packet> packets, Random& random) const;

 private:
  unsigned loss_ = 0, repetition_ = 0, cuts_ = 0, joins_ = 0;  // percent
  Microseconds delay_ = 0, jitter_ = 0;
};

}  // namespace pinhole::test::simulator
