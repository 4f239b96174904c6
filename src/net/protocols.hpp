// Numbers of IANA's registry of protocols, as IP headers carry them.
#pragma once

#include <cstdint>

namespace pinhole::net {

inline constexpr std::uint8_t kTcp = 6;

}  // namespace pinhole::net
