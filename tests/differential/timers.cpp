#include "differential/timers.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "support/netns_visit.hpp"

namespace pinhole::test::differential {
namespace {

// In the order of columns_.
enum Counter : std::size_t { kTimeouts, kSynRetrans, kOldSegments, kOutOfOrderDuplicates, kLossUndo };
constexpr std::array<std::string_view, 5> kNames{"TCPTimeouts", "TCPSynRetrans", "TCPDSACKOldSent",
                                                 "TCPDSACKOfoSent", "TCPLossUndo"};
constexpr std::string_view kGroup = "TcpExt: ";

std::string read_whole(int file) {
  std::string text;
  std::array<char, 16'384> buffer{};
  ssize_t got = 0;
  while ((got = pread(file, buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

// The group has two lines: the names, and the numbers below them.
struct Group {
  std::vector<std::string_view> names, numbers;
};
Group group_in(std::string_view text, bool names_too) {
  const auto take_line = [&text] {
    text.remove_prefix(std::min(text.size(), text.find(kGroup)));
    text.remove_prefix(std::min(text.size(), kGroup.size()));
    return text.substr(0, text.find('\n'));
  };
  const auto names = take_line();
  return {names_too ? words_of(names) : std::vector<std::string_view>{}, words_of(take_line())};
}

}  // namespace

Timers::Timers(const Lab& lab, Role role) {
  {
    const NetnsVisit visit(lab.netns_file(role));
    file_ = open("/proc/thread-self/net/netstat", O_RDONLY | O_CLOEXEC);
  }
  if (file_ < 0) throw std::system_error(errno, std::generic_category(), "netstat");
  const auto text = read_whole(file_);
  const auto names = group_in(text, true).names;
  for (const auto name : kNames) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) throw std::runtime_error("the kernel does not count " + std::string(name));
    columns_.push_back(static_cast<std::size_t>(found - names.begin()));
  }
}

Timers::~Timers() {
  close(file_);
}

Timers::Counts Timers::counts() const {
  const auto text = read_whole(file_);
  const auto numbers = group_in(text, false).numbers;
  const auto of = [&](Counter counter) {
    const auto word = numbers.at(columns_[counter]);
    long number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    return number;
  };
  // A SYN's timer counts as both, a SYN-ACK's only as the second.
  return {std::max(of(kTimeouts), of(kSynRetrans)), of(kOldSegments) + of(kOutOfOrderDuplicates),
          of(kLossUndo)};
}

long waited_for(const Timers::Counts& before, const Timers::Counts& after) {
  const auto in_vain = std::max(after.duplicates - before.duplicates, after.undone - before.undone);
  return std::max(0L, after.expired - before.expired - in_vain);
}

}  // namespace pinhole::test::differential
