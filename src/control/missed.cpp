#include "control/missed.hpp"

#include "control/filter.hpp"
#include "control/session.hpp"

namespace pinhole::control {
namespace {

/// Repetitions of one packet that show that what is before it is not on its way. A probe for a lost tail (RFC
/// 8985 section 7.3) repeats the last one once, out of turn. More where more is lost by an error: edits under
/// way are taken for acknowledged, and where commands are filtered what comes late does not pass.
constexpr unsigned kEnough = 4, kEnoughWithEdits = 6, kEnoughFiltered = 8;
/// Linux' shortest timeout.
constexpr std::chrono::milliseconds kShortestTimeout{200};

/// Numbers that somebody has guessed are farther off than anything that is missed.
constexpr std::int32_t kFarthest = 64 * 1024;

bool is_near(std::int32_t distance) {
  return -kFarthest <= distance && distance <= kFarthest;
}

}  // namespace

unsigned GapWatch::in_vain(net::Seq heard, net::Seq seq, Time now) {
  if (!first_ || heard_ != heard || seq < *first_) {
    *this = {};
    heard_ = heard;
    first_ = seq;
    last_ = now;
  }
  if (seq != *first_ || now - last_ < kShortestTimeout) return repetitions_;
  last_ = now;
  return ++repetitions_;
}

std::optional<net::Seq> missed_by_acknowledgment(const Session& session, const Arrival& arrival) {
  const auto& segment = arrival.segment;
  if (!segment.has_ack() || segment.rst() || segment.syn()) return std::nullopt;
  const auto peer = other(arrival.sender);
  const auto& stream = session.channel(peer).stream;
  // Of what is not judged packets pass in any order.
  if (stream.acknowledged_locally() > 0 || !is_judged(session, peer)) return std::nullopt;
  const auto acknowledged = stream.in_senders_numbers(segment.ack());
  const auto end = stream.heard() + (session.life.has_left(peer) ? 1 : 0);
  const auto& own = session.channel(arrival.sender).stream;
  if (acknowledged <= end || !is_near(acknowledged - end) || !is_near(segment.seq() - own.heard()))
    return std::nullopt;
  return acknowledged;
}

bool is_missing_for_good(Session& session, const Arrival& arrival, bool lapse) {
  const auto& segment = arrival.segment;
  auto& channel = session.channel(arrival.sender);
  const auto& stream = channel.stream;
  if (!is_judged(session, arrival.sender) || stream.acknowledged_locally() > 0) return false;
  const bool repeats = !segment.payload().empty() || segment.fin();
  const unsigned times = repeats ? channel.gap.in_vain(stream.heard(), segment.seq(), arrival.now) : 0;
  if (arrival.sender == Side::client && filters_commands(*session.policy)) return times >= kEnoughFiltered;
  if (stream.has_edits_in_flight()) return times >= kEnoughWithEdits;
  return lapse || times >= kEnough;
}

void miss(Session& session, Side sender, net::Seq begin, bool arrived) {
  auto& channel = session.channel(sender);
  channel.stream.go_on_at(begin, arrived);
  channel.line.restart();
  if (channel.tls) channel.tls.emplace(ftp::TlsRecords::in_the_middle());
  session.dialogue.missed();
}

bool is_from_before(const Session& session, const Arrival& arrival) {
  using State = ftp::Session::State;
  const auto state = session.dialogue.state();
  const auto size = arrival.segment.payload().size();
  if (arrival.sender != Side::client || size == 0) return false;
  if (state != State::greeting && state != State::login) return false;
  const auto at = arrival.segment.seq() - session.channel(Side::client).begin;
  return at < 0 && !(at == -1 && size == 1);
}

}  // namespace pinhole::control
