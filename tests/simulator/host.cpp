#include "simulator/host.hpp"

#include <algorithm>

namespace pinhole::test::simulator {
namespace {

constexpr Microseconds kLongestTimeout = 2'000'000;
constexpr int kVainTimeouts = 15;  // as Linux, net.ipv4.tcp_retries2

}  // namespace

Host::Host(net::FlowKey key, net::Seq isn, net::Seq peer_isn, const Habits& habits, Random& random)
    : key_(key), isn_(isn), peer_isn_(peer_isn), habits_(habits), random_(random) {}

void Host::abort() {
  dead_ = true;
  reset(seq_of(next_));
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
