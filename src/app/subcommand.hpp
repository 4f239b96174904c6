// The subcommands of the program, one file each.
#pragma once

#include <span>

namespace pinhole::app {

/// Exit statuses, the same for every subcommand.
enum Exit : int {
  kOk = 0,
  kFailure = 1,  ///< the input or the installation is at fault; one line on standard error says what
  kUsage = 2,    ///< the command line or the configuration is wrong
};

/// `arguments` are those behind the subcommand's name.
using Main = int(std::span<char* const> arguments);

Main run_main;
Main replay_main;
Main explain_main;
Main distrust_main;

}  // namespace pinhole::app
