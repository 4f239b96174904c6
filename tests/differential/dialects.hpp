// The dialects: what each says or does otherwise than the plain one of its facet.
//
// A session speaks one dialect of each facet. Another one is one more entry in a table of dialects_of_*.cpp;
// a field of Habits, and a line in pen.cpp, transfers.cpp or script.cpp that uses it, where nothing has been
// otherwise in that way yet.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "differential/habits.hpp"
#include "property/random.hpp"

namespace pinhole::test::differential {

struct Dialect {
  std::string_view facet;
  std::string_view name;
  unsigned weight;  ///< against the others of its facet; 0: no seed draws it, as it takes minutes
  void (*speak)(Habits&);
};

using Dialects = std::vector<const Dialect*>;

/// "facet/name".
std::string name_of(const Dialect& dialect);

/// Ordered by facet, each with its plain one first.
std::span<const Dialect> dialects();
/// Null when there is none.
const Dialect* dialect_named(std::string_view name);
/// Those that take minutes.
Dialects late_dialects();

/// What no seed decides.
struct Fixed {
  Dialects dialects{};        ///< for their facets; the last of a facet counts
  bool others_plain = false;  ///< the other facets'
};

/// One of each facet: what is fixed, else one at random. What is drawn for a facet does not depend on what is
/// fixed for another.
Dialects some_dialects(Random& random, const Fixed& fixed);

/// The parts of the table: what servers say, what clients say, what both have a part in.
std::span<const Dialect> dialects_of_servers();
std::span<const Dialect> dialects_of_clients();
std::span<const Dialect> dialects_of_both();

/// The first of each facet.
inline void plain(Habits&) {}

}  // namespace pinhole::test::differential
