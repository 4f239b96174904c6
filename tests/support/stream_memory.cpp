#include "support/stream_memory.hpp"

#include "support/law.hpp"

namespace pinhole::test {

void StreamMemory::check(net::Seq begin, std::span<const std::uint8_t> bytes) const {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto known = bytes_.find((begin + static_cast<std::int64_t>(i)).raw());
    law(known == bytes_.end() || !known->second || known->second == bytes[i],
        "what left once left another way");
  }
}

void StreamMemory::arrive(net::Seq begin, std::span<const std::uint8_t> bytes) {
  check(begin, bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes_.emplace((begin + static_cast<std::int64_t>(i)).raw(), bytes[i]);
  }
  while (bytes_.contains(next_.raw())) next_ = next_ + 1;
}

void StreamMemory::arrive_unchecked(net::Seq begin, std::span<const std::uint8_t> bytes) {
  check(begin, bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes_.emplace((begin + static_cast<std::int64_t>(i)).raw(), std::nullopt);
  }
  while (bytes_.contains(next_.raw())) next_ = next_ + 1;
}

}  // namespace pinhole::test
