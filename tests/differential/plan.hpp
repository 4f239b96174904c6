// All that a seed decides: the way through the network, how both ends speak, what they say, how it is cut.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "differential/cut.hpp"
#include "differential/dialects.hpp"
#include "differential/script.hpp"

namespace pinhole::test::differential {

/// From which address to which, through a lab of `topology`.
struct Way {
  std::string topology;
  Family family = Family::ipv4;
  bool other_client = false;  ///< translated, where clients are, to an address of another length
  bool other_dialed = false;  ///< where servers are translated: another public address, another server's
  std::uint16_t port = 21;    ///< dialed; DNAT leads each to the server's 21
};

struct Plan {
  std::uint64_t seed = 0;
  Fixed fixed;
  Way way;
  Dialects dialects;
  Habits habits;
  std::vector<Step> steps;
  Cut client_cut, server_cut;

  static Plan of(std::uint64_t seed, const Fixed& fixed);

  /// Takes a minute or more.
  bool is_late() const { return habits.late.time.count() > 0; }
};

inline constexpr const char* kTopologies[] = {"masquerade", "dnat", "both", "routed"};

enum class Cutting { none, as_planned };

/// Words that say what kind of step it is: "masquerade", "ipv6", "EPSV", "RETR", the dialects that show in it
/// ("229/dot"), "uncut" or how it is cut ("client-cut/bytes-at-once", "server-cut/joined").
std::set<std::string> kind_of(const Plan& plan, const Step& step, Cutting cutting);

/// In one line.
std::string described(const Plan& plan);

}  // namespace pinhole::test::differential
