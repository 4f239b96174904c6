// The dialects: what each says or does otherwise than the plain one of its facet.
//
// A session speaks one dialect of each facet. Another one is one more entry in the table of dialects.cpp; a
// field of Habits, and a line in script.cpp that uses it, where nothing has been otherwise in that way yet.
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
  unsigned weight;  ///< against the others of its facet
  void (*speak)(Habits&);
};

/// "facet/name".
std::string name_of(const Dialect& dialect);

/// Ordered by facet.
std::span<const Dialect> dialects();

/// Null if there is none.
const Dialect* dialect_named(std::string_view name);

/// One of each facet; if one is `fixed`, the plain ones of the others.
std::vector<const Dialect*> some_dialects(Random& random, const Dialect* fixed);

}  // namespace pinhole::test::differential
