// The words of bench's command line. Its --help is that of scripts/bench.
#pragma once

#include <span>
#include <stdexcept>
#include <string>

#include "load.hpp"
#include "plan.hpp"

namespace pinhole::bench {

struct Options {
  Choice choice;
  Length length;
  std::string topology;
  Seat load = {}, gateway = {};  ///< with one processor for both, the load's
  std::string file;              ///< for every run, a JSON object a line
};

class WrongUsage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws WrongUsage.
Options parse_options(std::span<char*> words);

}  // namespace pinhole::bench
