#include "program.hpp"

#include <sys/wait.h>

#include <cstdlib>
#include <iterator>

#include "played.hpp"

namespace pinhole::test {
namespace {

std::string quoted(const std::string& word) {
  std::string result = "'";
  for (const char c : word) {
    if (c == '\'') result += "'\\'";
    result += c;
  }
  result += '\'';
  return result;
}

ProgramResult run(const std::vector<std::string>& arguments, const std::string& input,
                  const std::string& further) {
  const TemporaryFile output(".out"), errors(".err");
  std::string command = quoted(PINHOLE_PROGRAM) + " replay";
  for (const auto& argument : arguments) command.append(" ").append(quoted(argument));
  command.append(" <").append(quoted(input)).append(" >").append(quoted(output.path()));
  command.append(" 2>").append(quoted(errors.path()));
  command.append(" ").append(further);
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(output.path()), contents(errors.path())};
}

}  // namespace

ProgramResult run_replay(const std::vector<std::string>& arguments, const std::string& input) {
  return run(arguments, input, "");
}

ProgramResult run_replay_with(const std::string& further, const std::vector<std::string>& arguments) {
  return run(arguments, "/dev/null", further);
}

}  // namespace pinhole::test
