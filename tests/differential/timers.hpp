// How often TCP waited for a retransmission timer in a network namespace, by the kernel's own count.
//
// Counters of the namespace, not tcp_info's of each socket: they cover handshakes and connections that are
// closed already, and they tell the timer (TCPTimeouts) from a segment that was repeated because others
// overtook it. Tail loss probes, a timer of another kind, are off in the namespaces (World), so that whatever
// has to be repeated shows here. A lab plays one session at a time, so what is counted is its own.
#pragma once

#include "support/lab.hpp"

namespace pinhole::test {

class Timers {
 public:
  /// Throws std::system_error.
  Timers(const Lab& lab, Role role);
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  struct Counts {
    long expired = 0;     ///< handshakes' included
    long duplicates = 0;  ///< segments that came although they were there already: nobody waited for those

    Counts operator+(const Counts& other) const {
      return {expired + other.expired, duplicates + other.duplicates};
    }
  };
  /// Since the namespace was made.
  Counts counts() const;

 private:
  int file_;
};

/// How many timers that expired between the two somebody had to wait for.
long waited_for(const Timers::Counts& before, const Timers::Counts& after);

}  // namespace pinhole::test
