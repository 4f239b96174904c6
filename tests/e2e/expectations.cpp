#include "expectations.hpp"

#include <stdexcept>
#include <thread>

namespace pinhole::test {

std::string expectations(const Lab& lab) {
  const auto read = run(lab.in(Role::router, {"cat", "/proc/net/nf_conntrack_expect"}), Milliseconds{5'000});
  if (read.status != 0) throw std::runtime_error(read.errors);
  return read.output;
}

std::string expectations_after(const Lab& lab, Milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  auto now = expectations(lab);
  while (!now.empty() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(Milliseconds{20});
    now = expectations(lab);
  }
  return now;
}

}  // namespace pinhole::test
