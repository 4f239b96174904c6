// What servers may read in a line that arrives.
#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace pinhole::test {

/// As a server reads that takes Telnet commands for two bytes.
inline std::string without_telnet_commands(const std::string& line) {
  std::string plain;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\xff') {
      ++at;
    } else {
      plain += line[at];
    }
  }
  return plain;
}

/// In capitals, behind blanks.
inline std::string verb_of(const std::string& command) {
  auto at = command.find_first_not_of(" \t");
  std::string verb;
  for (; at < command.size() && std::isalnum(static_cast<unsigned char>(command[at])) != 0; ++at) {
    verb += static_cast<char>(std::toupper(static_cast<unsigned char>(command[at])));
  }
  return verb;
}

/// Of all the commands that some server reads in it: one that takes Telnet commands out or not, and takes a
/// NUL or a lone CR for a line's end or not.
inline std::vector<std::string> verbs_read_in(const std::string& line) {
  std::vector<std::string> verbs;
  for (const auto& read : {line, without_telnet_commands(line)}) {
    for (std::size_t begin = 0; begin <= read.size();) {
      const auto end = std::min(read.find_first_of(std::string("\0\r", 2), begin), read.size());
      verbs.push_back(verb_of(read.substr(begin, end - begin)));
      begin = end + 1;
    }
  }
  return verbs;
}

}  // namespace pinhole::test
