// A lab through which FTP passes by one means: the kernel's own helper, or Pinhole.
//
// Both are otherwise the same: forwarded is what is established, what is new to a control port, and what the
// helper at hand relates to one. A World plays one session at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <system_error>

#include "differential/plan.hpp"
#include "support/lab.hpp"
#include "support/lab_gateway.hpp"
#include "support/lab_socket.hpp"
#include "support/timers.hpp"

namespace pinhole::test::differential {

enum class Means { kernels_helper, pinhole };

/// The addresses of a Way.
struct Route {
  std::string client, server, seen;
  Address dialed;
  std::uint16_t server_port;
};

class World {
 public:
  /// Throws std::runtime_error.
  World(const std::string& topology, Means means);

  /// What is in the way of comparing the two here: privileges, the kernel's helper, what Pinhole needs.
  /// Empty when nothing is.
  static std::string obstacle();

  const Lab& lab() const { return lab_; }
  Route route(const Way& way) const;

  /// What `use` makes of a port that no session of this world has used lately, near one that depends on the
  /// seed alone. A port whose latest connection an end or the router still remembers would cost a timer.
  /// `use` throws std::system_error where the port is taken, then another is tried.
  template <class Use>
  auto at_fresh_port(std::uint64_t seed, const Use& use) {
    for (int left = kPortsTried;; --left) {
      const auto port = fresh_port(seed);
      try {
        return use(port);
      } catch (const std::system_error& error) {
        if (error.code() != std::errc::address_in_use || left == 0) throw;
      }
    }
  }

  Timers::Counts timers() const { return client_timers_.counts() + server_timers_.counts(); }

  /// What Pinhole has written since the last call.
  std::string log();

 private:
  static constexpr int kPortsTried = 100;

  std::uint16_t fresh_port(std::uint64_t seed);
  void apply(const std::string& ruleset) const;

  Lab lab_;
  Timers client_timers_, server_timers_;
  std::unique_ptr<Gateway> gateway_;
  std::size_t log_read_ = 0;
  std::set<std::uint16_t> used_ports_;
  std::deque<std::uint16_t> in_order_;  // the same, the longest used first
};

}  // namespace pinhole::test::differential
