// A session's data connections, one after the other, both ends of each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "differential/plan.hpp"
#include "differential/world.hpp"
#include "support/lab_socket.hpp"

namespace pinhole::test::differential {

/// The same for the same seed, anywhere.
std::string content_of_file(std::uint64_t seed, std::size_t bytes);

std::uint64_t checksum(std::string_view bytes);

class DataConnection {
 public:
  DataConnection(const Plan& plan, World& world)
      : plan_(plan), world_(world), route_(world.route(plan.way)) {}

  /// At a fresh port. Returns what to announce. Throws std::system_error, std::logic_error.
  Address listen(Side side);
  /// False when it is refused or nobody answers in time.
  bool call(Side side, const Address& to, Milliseconds limit);
  /// Accepts where there is a listener. False when nobody has called.
  bool meet(Milliseconds limit);
  /// Sends all and its end, and closes both ends when that has arrived. Returns what the other end read.
  std::string send(Side side, std::string_view bytes, Milliseconds limit);
  /// In order, unused.
  void close();
  /// No trace of it is left at either end.
  void break_off();

 private:
  const Plan& plan_;
  World& world_;
  Route route_;
  std::uint64_t listened_ = 0;  // so often
  std::optional<Listener> listener_;
  std::optional<Socket> caller_, called_;
  Side caller_side_ = Side::client;
};

}  // namespace pinhole::test::differential
