#include "simulator/host.hpp"

#include <algorithm>

#include "net/bytes.hpp"
#include "pinhole/net/checksum.hpp"
#include "support/segments.hpp"

namespace pinhole::test::simulator {
namespace {

constexpr Microseconds kFirstTimeout = 200'000, kLongestTimeout = 2'000'000, kAckDelay = 40'000;
constexpr Microseconds kChallenges = 500'000;  // as Linux, net.ipv4.tcp_invalid_ratelimit
constexpr int kVainTimeouts = 15;              // as Linux, net.ipv4.tcp_retries2

}  // namespace

Host::Host(net::FlowKey key, net::Seq isn, net::Seq peer_isn, const Habits& habits, Random& random)
    : key_(key), isn_(isn), peer_isn_(peer_isn), habits_(habits), random_(random) {}

net::Seq Host::expected() const {
  return peer_isn_ + 1 + static_cast<std::int64_t>(incoming_.size()) + (peer_fin_ ? 1 : 0);
}

void Host::emit(std::size_t begin, std::size_t length, bool fin) {
  std::string payload = outgoing_.substr(std::min(begin, outgoing_.size()), length);
  if (lying_ && !payload.empty()) {
    auto& byte = payload[random_.below(payload.size())];
    if (byte != '\n' && byte != '\r') byte = random_.one_of("0123456789,PORT|");
  }
  emit(begin, payload, static_cast<std::uint8_t>(kAck | (payload.empty() ? 0 : kPsh) | (fin ? kFin : 0)));
}

void Host::emit(std::size_t begin, std::string_view payload, std::uint8_t flags) {
  SegmentSpec spec{key_.source, key_.destination, seq_of(begin), expected(), payload};
  spec.flags = flags;
  spec.timestamps = habits_.timestamps;
  spec.clock = clock_;
  spec.echo = recent_.value_or(0);
  spec.window = static_cast<std::uint16_t>(window());
  std::vector<std::pair<net::Seq, net::Seq>> blocks;
  if (habits_.sack && payload.empty()) {
    for (const auto& [at, text] : early_) {
      const auto left = peer_isn_ + 1 + at;
      if (blocks.size() < 2) blocks.emplace_back(left, left + static_cast<std::int64_t>(text.size()));
    }
  }
  spec.sack = blocks;
  output_.push_back(make_segment(spec));
  ack_now_ = false;
  ack_at_.reset();
}

void Host::abort() {
  dead_ = true;
  reset(seq_of(next_));
}

void Host::reset(net::Seq seq) {
  SegmentSpec spec{key_.source, key_.destination, seq, expected(), {}};
  spec.flags = kRst | kAck;
  output_.push_back(make_segment(spec));
}

/// RFC 1122 section 4.2.3.6: a byte that was sent before, or none, in front of the next one.
void Host::keep_alive() {
  if (next_ == 0 || next_ > outgoing_.size()) return;
  emit(next_ - 1, random_.chance(50) ? std::string_view("\0", 1) : std::string_view(), kAck);
}

void Host::send_new(Microseconds now) {
  while (next_ < outgoing_.size() && next_ - una_ < peer_window_) {
    const auto waiting = outgoing_.size() - next_;
    auto length =
        std::min({waiting, habits_.segment, random_.between(1, habits_.cut), peer_window_ - (next_ - una_)});
    if (habits_.nagle && next_ > una_ && waiting < habits_.segment) break;
    const bool fin = finishing_ && !fin_sent_ && length == waiting && random_.chance(50);
    emit(next_, length, fin);
    next_ += length;
    if (fin) {
      fin_sent_ = true;
      ++next_;
    }
    if (!repeat_at_) repeat_at_ = now + timeout_;
  }
  if (finishing_ && !fin_sent_ && next_ == outgoing_.size()) {
    emit(next_, 0, true);
    fin_sent_ = true;
    ++next_;
    if (!repeat_at_) repeat_at_ = now + timeout_;
  }
}

/// TCP repeats from the first byte that is not acknowledged, in pieces of any size.
void Host::repeat(Microseconds now) {
  const auto data_end = std::min(next_, outgoing_.size());
  std::size_t at = una_;
  lying_ = random_.chance(habits_.lies);
  do {
    const auto length = std::min({data_end - std::min(at, data_end), habits_.segment,
                                  random_.between(1, std::max<std::size_t>(habits_.cut, 8))});
    const bool fin = fin_sent_ && at + length == outgoing_.size();
    emit(at, length, fin);
    at += length;
    if (length == 0) break;
  } while (at < data_end && random_.chance(60));
  lying_ = false;
  repeat_at_ = now + timeout_;
}

bool Host::is_timely(const net::TcpSegment& segment) {
  const auto stamps = segment.timestamps();
  if (!stamps) return true;
  const auto behind = [&] { return static_cast<std::int32_t>(*recent_ - stamps->value); };
  if (recent_ && behind() > 1) return segment.payload().empty();  // Linux lets late acknowledgments in
  if (segment.seq() <= expected() && (!recent_ || behind() < 0)) recent_ = stamps->value;
  return true;
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

void Host::run(Microseconds now) {
  clock_ = static_cast<std::uint32_t>(now / 1000);
  if (dead_) return;
  if (stalled_until_ && *stalled_until_ <= now) {
    stalled_until_.reset();
    ack_now_ = true;  // the window is open again
  }
  if (repeat_at_ && *repeat_at_ <= now) {
    timeout_ = std::min(timeout_ * 2, kLongestTimeout);
    if (doubted_ && ++vain_ > kVainTimeouts) {
      dead_ = true;
      return;
    }
    if (una_ < next_) {
      repeat(now);
    } else {
      repeat_at_.reset();
    }
  }
  send_new(now);
  // Not for every acknowledgment of the last one: such a storm feeds itself.
  if (una_ < next_ && now >= spurious_at_ && random_.chance(habits_.spurious)) {
    spurious_at_ = now + 10'000;
    repeat(now);
  }
  if (una_ == next_ && random_.chance(habits_.keep_alives)) keep_alive();
  if (ack_at_ && *ack_at_ <= now) ack_now_ = true;
  if (ack_now_) emit(next_, 0, false);
}

std::optional<Microseconds> Host::timer() const {
  std::optional<Microseconds> first;
  if (dead_) return first;
  for (const auto& timer : {ack_at_, repeat_at_, stalled_until_}) {
    if (timer && (!first || *timer < *first)) first = timer;
  }
  return first;
}

std::string Host::story() const {
  return "said " + std::to_string(outgoing_.size()) + " bytes, sent " + std::to_string(next_) +
         ", acknowledged " + std::to_string(una_) + ", heard " + std::to_string(incoming_.size()) +
         (peer_fin_ ? " and FIN" : "") + (dead_ ? ", reset" : "");
}

}  // namespace pinhole::test::simulator
