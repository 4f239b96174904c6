#include "support/stream_memory.hpp"

#include <algorithm>

#include "support/law.hpp"

namespace pinhole::test {

namespace {

constexpr std::int32_t kNearEnough = 1 << 17;

}  // namespace

std::int16_t& StreamMemory::at(net::Seq seq) {
  const auto offset = seq - first_;
  if (offset < 0 || offset >= kNearEnough) return far_.try_emplace(seq.raw(), kUnknown).first->second;
  const auto index = static_cast<std::size_t>(offset);
  if (index >= near_.size()) near_.resize(index + 1, kUnknown);
  return near_[index];
}

void StreamMemory::take(net::Seq begin, std::span<const std::uint8_t> bytes, bool checked) {
  // No receiver reads what lies before its first byte; a keep-alive brings any byte there.
  const auto before = std::min<std::int64_t>(std::max<std::int64_t>(first_ - begin, 0), std::ssize(bytes));
  if (first_ - begin < kNearEnough) {
    bytes = bytes.subspan(static_cast<std::size_t>(before));
    begin = begin + before;
  }
  for (const auto byte : bytes) {
    auto& known = at(begin);
    law(known < 0 || known == byte, "what left once left another way");
    if (known == kUnknown) known = checked ? std::int16_t{byte} : std::int16_t{kAnything};
    begin = begin + 1;
  }
  while (in_order_ < near_.size() && near_[in_order_] != kUnknown) ++in_order_;
}

}  // namespace pinhole::test
