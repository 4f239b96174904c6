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

/// Makes both hosts send and take only segments of `mss` bytes (options included), and repeat what is not
/// acknowledged after `rto_min` at the earliest, for connections that begin from now on.
void set_tcp(const Lab& lab, int mss, Milliseconds rto_min);

}  // namespace pinhole::test
