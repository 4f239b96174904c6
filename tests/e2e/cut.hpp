// Lines in pieces.
#pragma once

#include <string_view>

#include "conversation.hpp"

namespace pinhole::test {

enum class Pace {
  at_once,       ///< one segment after the other, whatever is acknowledged
  nagle,         ///< as Nagle's algorithm has it: see set_nagle()
  acknowledged,  ///< each piece waits until the one before is acknowledged
};
std::string_view name_of(Pace pace);

/// In pieces of `size` bytes.
Say in_pieces(std::size_t size, Pace pace);
/// In two.
Say cut_at(std::size_t position, Pace pace);

}  // namespace pinhole::test
