// What becomes of a line.
#pragma once

#include <optional>
#include <string>

#include "pinhole/alg/reason.hpp"

namespace pinhole::control {

struct LineFate {
  std::optional<std::string> replacement{};  ///< takes the place of the whole line, its end included
  std::optional<std::string> overwrite{};    ///< takes the place of what has not left, its length unchanged
  bool garble = false;                 ///< refused, but its beginning has left: make the rest unreadable
  bool harmful = false;                ///< refused for what it asks, not for what we cannot do
  std::optional<alg::Reason> reset{};  ///< the session ends here
};

}  // namespace pinhole::control
