// How often the program has asked for memory with `new`.
#pragma once

#include <cstddef>

namespace pinhole::test {

std::size_t allocations();

/// What `action` asked for.
template <class Action>
std::size_t allocations_of(Action action) {
  const auto before = allocations();
  action();
  return allocations() - before;
}

}  // namespace pinhole::test
