// What a host sends: new bytes, repeated ones, acknowledgments, resets.

#include <algorithm>

#include "simulator/host.hpp"
#include "support/segments.hpp"

namespace pinhole::test::simulator {

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

}  // namespace pinhole::test::simulator
