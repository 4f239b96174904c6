// All workers' counters as one line; what was never counted is left out.
#pragma once

#include <span>
#include <string>

#include "netfilter/counters.hpp"
#include "observe/event_counters.hpp"

namespace pinhole::app {

/// What one worker has counted.
struct WorkerCounters {
  const netfilter::Counters* packets;
  const observe::EventCounters* events;
};

std::string summary(std::span<const WorkerCounters> workers);

}  // namespace pinhole::app
