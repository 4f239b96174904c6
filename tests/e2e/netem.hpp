// Bad weather on a lab's links: netem on all four ends, so that packets suffer before Pinhole sees them as
// well as after.
//
// Gone with the object, and in any case with the lab's namespaces.
#pragma once

#include <string>

#include "support/lab.hpp"

namespace pinhole::test {

class Netem {
 public:
  /// `weather` in tc's words, for each end: a packet meets it twice on its way. Throws std::runtime_error.
  Netem(const Lab& lab, const Arguments& weather);
  ~Netem();
  Netem(const Netem&) = delete;
  Netem& operator=(const Netem&) = delete;

  /// What is in the way of having netem in this lab (tc, the kernel's module); empty when nothing is.
  static std::string obstacle(const Lab& lab);

  /// How many packets it has lost so far.
  int lost() const;

 private:
  const Lab& lab_;
};

/// How the hosts' TCP is, for connections that begin from now on.
struct Tcp {
  int mss;               ///< of the segments that they send and take, options included
  Milliseconds rto_min;  ///< what is not acknowledged is repeated then at the earliest
  /// Without them, what was repeated tells nothing about the way's round trip. With them, a host that had to
  /// repeat its SYN-ACK for some seconds takes those for it, and its FIN is repeated as seldom.
  bool timestamps = true;
};

/// Sets it for both hosts. None learns from one connection for the next: else a patience that one of them had
/// to have under heavy loss is the next one's first.
void set_tcp(const Lab& lab, const Tcp& tcp);

}  // namespace pinhole::test
