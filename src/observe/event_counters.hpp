// How often what has happened to the control connections of one worker.
#pragma once

#include "pinhole/alg/counter.hpp"
#include "pinhole/alg/event.hpp"

namespace pinhole::observe {

using alg::Counter;
using alg::ReasonCounters;

/// Told by one thread, read by any.
class EventCounters final : public alg::Observer {
 public:
  void notice(const alg::Event& event) override;

  Counter began;                ///< control connections
  Counter ended;                ///< of these
  Counter connected;            ///< data connections that came through a pinhole
  Counter cut;                  ///< further ones, which were cut off
  Counter missed;               ///< gaps whose bytes had gone by unheard
  ReasonCounters negotiations;  ///< one for each PORT, EPRT, 227, 229
  ReasonCounters refusals;      ///< of commands, lines and sessions
};

}  // namespace pinhole::observe
