// How often TCP waited for a retransmission timer in a network namespace, by the kernel's own count.
//
// Counters of the namespace, not tcp_info's of each socket: they cover handshakes and connections that are
// closed already, and they tell the timer (TCPTimeouts) from a segment that was repeated because others
// overtook it. Tail loss probes, a timer of another kind, are off in the namespaces (World), so that whatever
// has to be repeated shows here. A timer that expires while the segment or its acknowledgment is merely late,
// as on a busy machine, repeats in vain: the receiver says so (a duplicate), or the sender sees it by the
// timestamps (undone). Nobody waited for that one. A lab plays one session at a time, so what is counted is
// its own.
#pragma once

#include <cstddef>
#include <vector>

#include "support/lab.hpp"

namespace pinhole::test::differential {

class Timers {
 public:
  /// Throws std::system_error.
  Timers(const Lab& lab, Role role);
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  struct Counts {
    long expired = 0;     ///< handshakes' included
    long duplicates = 0;  ///< segments that came although they were there already
    long undone = 0;      ///< timers of which the sender has seen that they were not needed

    Counts operator+(const Counts& other) const {
      return {expired + other.expired, duplicates + other.duplicates, undone + other.undone};
    }
  };
  /// Since the namespace was made.
  Counts counts() const;

 private:
  int file_;
  std::vector<std::size_t> columns_;
};

/// How many timers that expired between the two somebody had to wait for.
long waited_for(const Timers::Counts& before, const Timers::Counts& after);

}  // namespace pinhole::test::differential
