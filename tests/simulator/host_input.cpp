// What a host does with a segment that arrives.

#include <algorithm>

#include "net/bytes.hpp"
#include "simulator/host.hpp"

namespace pinhole::test::simulator {
namespace {

constexpr Microseconds kAckDelay = 40'000;
constexpr Microseconds kChallenges = 500'000;  // as Linux, net.ipv4.tcp_invalid_ratelimit

}  // namespace

net::Seq Host::expected() const {
  return peer_isn_ + 1 + static_cast<std::int64_t>(incoming_.size()) + (peer_fin_ ? 1 : 0);
}

void Host::arrive(const net::TcpSegment& segment, Microseconds now) {
  clock_ = static_cast<std::uint32_t>(now / 1000);
  if (dead_) {
    if (!segment.rst()) reset(segment.ack());
    return;
  }
  if (segment.rst()) {
    dead_ = segment.seq() == expected();
    doubted_ = true;
    if (dead_ || now < challenge_at_) return;
    ack_now_ = true;  // the challenge of RFC 5961
    challenge_at_ = now + kChallenges;
    return;
  }
  if (!is_timely(segment)) {
    ack_now_ = true;
    return;
  }
  if (segment.has_ack()) acknowledged(segment, now);
  const std::int64_t begin = segment.seq() - (peer_isn_ + 1);
  const auto payload = segment.payload();
  const auto size = static_cast<std::int64_t>(incoming_.size());
  if (segment.fin()) peer_fin_at_ = begin + static_cast<std::int64_t>(payload.size());
  if (!payload.empty()) take_payload(begin, payload);
  if (peer_fin_at_ && *peer_fin_at_ == static_cast<std::int64_t>(incoming_.size())) peer_fin_ = true;
  const bool in_order = begin == size && !segment.fin();
  if (payload.empty() && !segment.fin() && begin >= size) return;  // a bare acknowledgment
  if (!stalled_until_ && random_.chance(habits_.stalls)) {
    stalled_until_ = now + random_.between(1'000, 5'000'000);
  }
  if (in_order && random_.chance(habits_.delayed_acks)) {
    if (!ack_at_) ack_at_ = now + kAckDelay;
  } else {
    ack_now_ = true;
  }
}

bool Host::is_timely(const net::TcpSegment& segment) {
  const auto stamps = segment.timestamps();
  if (!stamps) return true;
  const auto behind = [&] { return static_cast<std::int32_t>(*recent_ - stamps->value); };
  if (recent_ && behind() > 1) return segment.payload().empty();  // Linux lets late acknowledgments in
  if (segment.seq() <= expected() && (!recent_ || behind() < 0)) recent_ = stamps->value;
  return true;
}

void Host::acknowledged(const net::TcpSegment& segment, Microseconds now) {
  const auto acked = segment.ack() - seq_of(0);
  if (acked > static_cast<std::int64_t>(next_)) throw LawBroken("what was not sent was acknowledged");
  check_sack(segment);
  if (acked < static_cast<std::int64_t>(una_)) return;  // old news, its window too
  peer_window_ = std::max<std::size_t>(segment.window(), 1);
  if (acked > static_cast<std::int64_t>(una_)) {
    una_ = static_cast<std::size_t>(acked);
    duplicates_ = 0;
    timeout_ = kFirstTimeout;
    vain_ = 0;
    repeat_at_.reset();
    if (una_ < next_) repeat_at_ = now + timeout_;
  } else if (segment.payload().empty() && una_ < next_ && ++duplicates_ == 3) {
    repeat(now);
  }
}

void Host::check_sack(const net::TcpSegment& segment) const {
  const auto options = segment.options();
  for (std::size_t at = 0; at + 1 < options.size() && options[at] != 0;) {
    if (options[at] == 1) {
      ++at;
      continue;
    }
    if (options[at] == 5) {
      for (std::size_t edge = at + 2; edge + 4 <= at + options[at + 1]; edge += 4) {
        const auto offset = net::Seq(net::load32(options, edge)) - seq_of(0);
        if (offset > static_cast<std::int64_t>(next_)) throw LawBroken("SACK of what was not sent");
      }
    }
    at += options[at + 1];
  }
}

void Host::take_payload(std::int64_t begin, std::span<const std::uint8_t> payload) {
  if (begin < 0) throw LawBroken("bytes from before the first one");
  const auto window_end = static_cast<std::int64_t>(incoming_.size() + window());
  std::string text(payload.begin(), payload.end());
  if (begin >= window_end) return;
  text.resize(std::min(text.size(), static_cast<std::size_t>(window_end - begin)));
  const auto known =
      std::min(incoming_.size() - std::min(incoming_.size(), static_cast<std::size_t>(begin)), text.size());
  if (!lies_expected_ && incoming_.compare(std::min(incoming_.size(), static_cast<std::size_t>(begin)), known,
                                           text, 0, known) != 0) {
    throw LawBroken("repeated bytes differ: had '" +
                    incoming_.substr(static_cast<std::size_t>(begin), known) + "', came '" +
                    text.substr(0, known) + "'");
  }
  auto& early = early_[begin];
  if (text.size() > early.size()) early = std::move(text);
  for (auto next = early_.begin(); next != early_.end();) {
    const auto size = static_cast<std::int64_t>(incoming_.size());
    if (next->first > size) break;
    const auto skip = static_cast<std::size_t>(size - next->first);
    if (skip < next->second.size()) incoming_ += next->second.substr(skip);
    next = early_.erase(next);
  }
}

}  // namespace pinhole::test::simulator
