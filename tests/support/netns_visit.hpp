// The calling thread's stay in another network namespace: what it opens there belongs to that namespace.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace pinhole::test {

class NetnsVisit {
 public:
  /// Throws std::system_error.
  explicit NetnsVisit(const std::string& netns)
      : home_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    const int there = open(netns.c_str(), O_RDONLY | O_CLOEXEC);
    const bool entered = there >= 0 && setns(there, CLONE_NEWNET) == 0;
    const int error = errno;
    if (there >= 0) close(there);
    if (entered) return;
    close(home_);
    throw std::system_error(error, std::generic_category(), "setns");
  }
  ~NetnsVisit() {
    setns(home_, CLONE_NEWNET);
    close(home_);
  }
  NetnsVisit(const NetnsVisit&) = delete;
  NetnsVisit& operator=(const NetnsVisit&) = delete;

 private:
  int home_;
};

}  // namespace pinhole::test
