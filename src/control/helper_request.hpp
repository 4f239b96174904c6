// What the kernel's helper on control connections would act on.
//
// 'sane' is there because a connection needs some helper to have expectations. It looks at nothing but
// packets of eight bytes from the client that begin so, and opens the port that the server's answer names
// (nf_conntrack_sane.c).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace pinhole::control {

inline bool is_helper_request(std::span<const std::uint8_t> payload) {
  constexpr std::array<std::uint8_t, 4> kNetStart{0, 0, 0, 7};
  return payload.size() == 8 && std::ranges::equal(payload.first(kNetStart.size()), kNetStart);
}

}  // namespace pinhole::control
