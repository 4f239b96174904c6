// What a worker has counted of its packets since it began. One thread adds, any thread reads.
#pragma once

#include "pinhole/alg/counter.hpp"

namespace pinhole::netfilter {

using alg::Counter;
using alg::ReasonCounters;

struct Counters {
  Counter packets;          ///< that came out of the queue
  ReasonCounters verdicts;  ///< one for each packet, sooner or later
  Counter acknowledged;     ///< ACKs sent for a receiver
  Counter reset;            ///< RSTs sent back to a packet's sender
  Counter not_sent_back;    ///< the kernel refused to send one
  Counter overruns;  ///< times that packets were lost before us: queue-length or socket-buffer too small
  Counter refused_verdicts;  ///< the kernel had no such packet or could not take the replacement
  Counter exceptions;        ///< packets that took the configured fail mode, and failures between packets
};

}  // namespace pinhole::netfilter
