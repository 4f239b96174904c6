// All workers' counters as one line; what was never counted is left out.
#pragma once

#include <span>
#include <string>

#include "netfilter/counters.hpp"

namespace pinhole::app {

std::string summary(std::span<const netfilter::Counters* const> workers);

}  // namespace pinhole::app
