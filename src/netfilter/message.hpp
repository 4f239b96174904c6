// One netlink request, as bytes: a value that a builder fills and a socket numbers and sends.
//
// It never grows: the largest request we know (an IPv6 expectation) needs 376 of its bytes, and a test
// looks after that. Packets' verdicts are not Messages, they live in a VerdictBatch.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pinhole::netfilter {

struct Message {
  static constexpr std::size_t kCapacity = 512;

  alignas(4) std::array<std::uint8_t, kCapacity> buffer{};
  std::size_t size = 0;

  std::span<const std::uint8_t> bytes() const { return std::span(buffer).first(size); }
};

}  // namespace pinhole::netfilter
