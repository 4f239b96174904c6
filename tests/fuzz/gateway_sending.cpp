// How the two ends of a GatewayStory send what they say, and send it again.

#include <algorithm>

#include "fuzz/gateway_story.hpp"
#include "support/law.hpp"
#include "support/segments.hpp"

namespace pinhole::fuzz {

using alg::Side;
using net::Seq;

namespace {

constexpr std::size_t kRounds = 100;  // of resending, until a story must have settled

}  // namespace

void GatewayStory::segment(Side side, Seq seq, std::string_view text, std::uint8_t flags) {
  if (++packets_ > kPackets) return;
  const auto key = connection_->view.key(side);
  const auto& self = end(side);
  auto ack = self.ack_mode == 1 ? self.frozen : router_->next(connection_->view.id, side);
  if (self.ack_mode == 2) ack = ack + self.ack_by;
  test::SegmentSpec spec{key.source, key.destination, seq, ack, text, flags};
  spec.timestamps = (nat_ & 0x10) != 0;
  hand_in(test::make_segment(spec));
}

void GatewayStory::say(Side side, std::string_view text, Cut cut) {
  std::size_t piece = text.size();
  if (cut == Cut::bytes) piece = text.size() / 64 + 1;  // but not a story of one line
  if (cut == Cut::halves) piece = (text.size() + 1) / 2;
  if (cut == Cut::end_apart && text.size() > 2) piece = text.size() - 2;
  do {
    const auto now = text.substr(0, piece);
    const auto seq = behind(side);
    end(side).said += now;
    segment(side, seq, now, test::kAck | test::kPsh);
    text.remove_prefix(now.size());
  } while (!text.empty() && packets_ < kPackets);
}

void GatewayStory::say_with(Side side, std::uint8_t flags) {
  honest_ = false;
  const auto said = text();
  const auto seq = behind(side);
  end(side).said += said;
  segment(side, seq, said, flags ^ (test::kAck | test::kPsh));
}

void GatewayStory::reversed(Side side, std::string_view text, std::size_t piece) {
  const auto seq = behind(side);
  end(side).said += text;
  for (std::size_t pieces = (text.size() + piece - 1) / piece; pieces-- > 0;) {
    const auto at = pieces * piece;
    segment(side, seq + static_cast<std::int64_t>(at), text.substr(at, piece), test::kAck | test::kPsh);
  }
}

/// As a TCP does it: from the first byte it takes for unacknowledged.
void GatewayStory::resend(Side side, std::size_t piece) {
  const auto& self = end(side);
  const auto first = router_->acknowledged(connection_->view.id, side) - (self.isn + 1);
  if (first < 0 || static_cast<std::size_t>(first) >= self.said.size()) return;
  const auto last = packets_ + 64;
  for (auto at = static_cast<std::size_t>(first); at < self.said.size() && packets_ < last; at += piece) {
    segment(side, self.isn + 1 + static_cast<std::int64_t>(at), self.said.substr(at, piece),
            test::kAck | test::kPsh);
  }
}

/// A new line ends what may wait; then everything has to arrive.
void GatewayStory::settle() {
  const auto id = connection_->view.id;
  for (const auto side : {Side::client, Side::server}) {
    end(side).ack_mode = 0;
    say(side, side == Side::client ? "NOOP\r\n" : "200 \r\n", Cut::whole);
  }
  const auto all_came = [&](Side side) { return router_->received(id, side) == behind(side); };
  for (std::size_t round = 0; round < kRounds; ++round) {
    if (all_came(Side::client) && all_came(Side::server)) return;
    if (router_->is_reset(id)) return;  // a refused command would have been obeyed
    for (const auto side : {Side::client, Side::server}) {
      if (packets_ > kPackets) return;
      resend(side, 1400);
      if (router_->acknowledged(id, side) == behind(side)) {
        segment(side, behind(side) - 1, end(side).said.substr(end(side).said.size() - 1), test::kAck);
      }
    }
  }
  throw test::LawBroken("what honest hosts said does not arrive\n" + router_->transcript());
}

}  // namespace pinhole::fuzz
