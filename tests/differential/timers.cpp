#include "differential/timers.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>

#include "support/netns_visit.hpp"

namespace pinhole::test {
namespace {

// The file has two lines for each group: the names, and the numbers below them.
std::map<std::string, long> read_counters(int file) {
  std::string text;
  std::array<char, 16'384> buffer{};
  ssize_t got = 0;
  while ((got = pread(file, buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  std::map<std::string, long> result;
  std::istringstream lines(text);
  for (std::string names, numbers; std::getline(lines, names) && std::getline(lines, numbers);) {
    std::istringstream name(names), number(numbers);
    std::string key, value;
    while (name >> key && number >> value) {
      if (key.back() != ':') result[key] = std::stol(value);
    }
  }
  return result;
}

}  // namespace

Timers::Timers(const Lab& lab, Role role) {
  const NetnsVisit visit(lab.netns_file(role));
  file_ = open("/proc/thread-self/net/netstat", O_RDONLY | O_CLOEXEC);
  if (file_ < 0) throw std::system_error(errno, std::generic_category(), "netstat");
}

Timers::~Timers() {
  close(file_);
}

Timers::Counts Timers::counts() const {
  const auto counters = read_counters(file_);
  const auto of = [&counters](const char* name) {
    const auto found = counters.find(name);
    if (found == counters.end()) throw std::runtime_error(std::string("the kernel does not count ") + name);
    return found->second;
  };
  // A SYN's timer counts as both, a SYN-ACK's only as the second.
  return {std::max(of("TCPTimeouts"), of("TCPSynRetrans")), of("TCPDSACKOldSent") + of("TCPDSACKOfoSent")};
}

long waited_for(const Timers::Counts& before, const Timers::Counts& after) {
  return std::max(0L, (after.expired - before.expired) - (after.duplicates - before.duplicates));
}

}  // namespace pinhole::test
