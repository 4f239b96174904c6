#include "support/flow_record.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace pinhole::test {
namespace {

std::uint8_t upper(std::uint8_t byte) {
  return byte >= 'a' && byte <= 'z' ? static_cast<std::uint8_t>(byte - 'a' + 'A') : byte;
}

constexpr std::int32_t kNear = 1 << 17;

}  // namespace

bool SentBytes::ends_at(net::Seq end) const {
  if (!first_) return false;
  const auto distance = end - *first_;
  if (distance < 0 || distance >= kNear) return far_ends_.contains(end.raw());
  const auto index = static_cast<std::size_t>(distance);
  return index < near_ends_.size() && near_ends_[index];
}

void SentBytes::add(net::Seq begin, std::span<const std::uint8_t> payload) {
  const auto end = begin + static_cast<std::int64_t>(payload.size());
  if (!first_) first_ = begin;
  const auto distance = end - *first_;
  if (distance < 0 || distance >= kNear) {
    far_ends_.insert(end.raw());
  } else {
    const auto index = static_cast<std::size_t>(distance);
    if (index >= near_ends_.size()) near_ends_.resize(index + 1);
    near_ends_[index] = true;
  }
  if (!reading_ || payload.empty()) return;
  pieces_.push_back({begin, bytes_.size(), payload.size()});
  bytes_.insert(bytes_.end(), payload.begin(), payload.end());
}

bool SentBytes::may_read(std::string_view text) const {
  const auto same = [](std::uint8_t byte, char letter) {
    return upper(byte) == static_cast<std::uint8_t>(letter);
  };
  const bool in_one = std::any_of(pieces_.begin(), pieces_.end(), [&](const PieceAt& piece) {
    const auto bytes = bytes_of(piece);
    return std::search(bytes.begin(), bytes.end(), text.begin(), text.end(), same) != bytes.end();
  });
  // Telnet commands may stand anywhere in a word; this reader does not look for them.
  if (in_one || std::find(bytes_.begin(), bytes_.end(), 0xff) != bytes_.end()) return true;
  std::map<std::uint32_t, std::set<std::uint8_t>> readings;
  for (const auto& piece : pieces_) {
    auto at = piece.begin;
    for (const auto byte : bytes_of(piece)) {
      readings[at.raw()].insert(upper(byte));
      at = at + 1;
    }
  }
  return std::any_of(readings.begin(), readings.end(), [&](const auto& reading) {
    auto at = reading.first;
    for (std::size_t i = 0; i < text.size(); ++at) {
      const auto found = readings.find(at);
      if (found == readings.end()) return false;
      if (found->second.contains(static_cast<std::uint8_t>(text[i]))) {
        ++i;
      } else if (i == 0 || !found->second.contains(0)) {
        return false;
      }
    }
    return true;
  });
}

}  // namespace pinhole::test
