// All workers' counters, and the log's, as one line; what was never counted is left out.
#pragma once

#include <cstdint>
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

/// `lost_lines`: of the log.
std::string summary(std::span<const WorkerCounters> workers, std::uint64_t lost_lines = 0);

}  // namespace pinhole::app
