// The program under test, run as its users run it.
#pragma once

#include <string>
#include <vector>

namespace pinhole::test {

struct ProgramResult {
  int status = -1;
  std::string output;  ///< standard output
  std::string errors;  ///< standard error
};

/// `pinhole replay` with these arguments; standard input is `input`, a file's name.
ProgramResult run_replay(const std::vector<std::string>& arguments, const std::string& input = "/dev/null");
/// The same, with descriptors as the shell is told by `further`: "2>&-".
ProgramResult run_replay_with(const std::string& further, const std::vector<std::string>& arguments);

}  // namespace pinhole::test
