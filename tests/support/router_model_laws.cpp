// What becomes of packets: verdicts, and what is sent back.

#include <algorithm>

#include "pinhole/net/tcp_segment.hpp"
#include "support/router_model.hpp"
#include "support/segments.hpp"

namespace pinhole::test {

using alg::Reason;
using alg::Side;
using Action = alg::Verdict::Action;

namespace {

constexpr std::size_t kSafePacket = 1280;

/// Nothing of its connection was looked at.
bool is_unseen(Reason reason) {
  return reason == Reason::unknown_connection || reason == Reason::session_table_full ||
         reason == Reason::too_many_sessions;
}

}  // namespace

RouterModel::Waiting RouterModel::given(alg::PacketId id) {
  auto node = waiting_.extract(id);
  hold(!node.empty(), "a verdict for a packet that has one, or was never handed in");
  if (!node.empty()) {
    waiting_bytes_ -= node.mapped().packet.size();
    if (node.mapped().flow != nullptr) touch(node.mapped().flow->view);
  }
  return node.empty() ? Waiting{} : std::move(node.mapped());
}

void RouterModel::verdict(alg::PacketId id, const alg::Verdict& verdict) {
  transcript_.verdict(id, verdict);
  auto waiting = given(id);
  hold(verdict.reason != Reason::internal_error, "an internal error");
  hold(verdict.action != Action::drop || verdict.reason != Reason::passed, "dropped without a reason");
  hold(verdict.action == Action::replace || verdict.packet.empty(), "a packet without replacing one");
  if (verdict.action == Action::replace) check_replacement(waiting, verdict);
  if (verdict.action != Action::drop) {
    deliver(waiting, verdict);
  } else if (verdict.reason == Reason::acknowledged_locally && waiting.flow != nullptr) {
    const auto most =
        std::min(std::max<std::size_t>(limits_.waiting_packets / 4, 1), limits_.waiting_packets);
    const bool full =
        waiting_.size() >= most || waiting_bytes_ + waiting.packet.size() > limits_.waiting_bytes;
    auto& lost = waiting.flow->of(waiting.sender).all_acknowledged;
    lost = full || lost == FlowRecord::Room::none ? FlowRecord::Room::none : FlowRecord::Room::some;
  }
  around_.sink.verdict(id, verdict);
  if (id == current_) judged_ = std::move(waiting.packet);  // the gateway may still look at it
}

bool RouterModel::fail(alg::PacketId id, Reason why) {
  auto waiting = given(id);
  const bool hidden = why == Reason::hidden_connection && waiting.flow == nullptr;
  hold(surroundings_failed_ || broken_ != nullptr || hidden, "a packet failed, though nothing did");
  const bool passes = around_.sink.fail(id, why);
  transcript_.failed(id, passes);
  if (waiting.flow != nullptr) waiting.flow->failed = true;
  if (passes) deliver(waiting, {Action::accept, why, {}});
  if (id == current_) judged_ = std::move(waiting.packet);
  return passes;
}

void RouterModel::check_replacement(const Waiting& waiting, const alg::Verdict& verdict) {
  const bool untracked =
      verdict.reason == Reason::unknown_connection || verdict.reason == Reason::hidden_connection;
  hold(waiting.flow != nullptr || (untracked && waiting.segment), "a packet of no connection was replaced");
  hold(checksums_right(verdict.packet), "a replacement does not parse or has a wrong checksum");
  if (broken_ != nullptr) return;  // the gateway is ending, and it is told afterwards
  hold(verdict.packet.size() <= std::max(waiting.packet.size(), kSafePacket), "a replacement is too large");
  const auto& before = *waiting.segment;
  const auto after = std::get<net::TcpSegment>(net::TcpSegment::parse(verdict.packet));
  hold(net::FlowKey::of(before) == net::FlowKey::of(after), "a replacement goes elsewhere");
  hold(before.ack() == after.ack() && before.window() == after.window(),
       "a replacement says what was not said");
  hold(before.fin() || !after.fin(), "a FIN that nobody sent");
}

/// What conntrack and the receiver behind it make of a packet that goes on.
void RouterModel::deliver(const Waiting& waiting, const alg::Verdict& verdict) {
  auto segment = waiting.segment;
  if (verdict.action == Action::replace) {
    const auto parsed = net::TcpSegment::parse(verdict.packet);
    const auto* replacing = std::get_if<net::TcpSegment>(&parsed);
    segment = replacing != nullptr ? std::optional(*replacing) : std::nullopt;
  }
  hold(segment.has_value(), "what is no segment has passed");
  if (waiting.flow == nullptr || !segment) return;
  forward(waiting, verdict.action == Action::replace ? verdict.packet : std::span(waiting.packet),
          segment->seq());
  auto& flow = *waiting.flow;
  const auto& original = *waiting.segment;
  if (!original.payload().empty()) {
    auto& end = flow.of(waiting.sender).gone_on_end;
    end = net::later(end.value_or(original.payload_end()), original.payload_end());
  }
  if (segment->rst()) {
    (!original.rst() ? flow.reset : flow.broken_off) = true;
  }
  // RFC 9293 section 3.10.7.4: without ACK a segment's text is not looked at.
  if (is_unseen(verdict.reason) || segment->syn() || segment->rst() || !segment->has_ack()) return;
  if (segment->payload().empty()) return;
  hold(!flow.reset, "something passes in a session that was reset");
  hold(!flow.alive || !flow.labels || !flow.labels->fresh,
       "payload passes, and the entry does not tell of it");

  auto& direction = flow.of(waiting.sender);
  auto& memory = *direction.heard;
  const auto seq = flow.shift[waiting.sender].shift(segment->seq());
  const bool again = verdict.action == Action::accept && verdict.reason == Reason::retransmitted;
  const auto& left = direction.left;
  const bool forgotten = again && left && *left - segment->seq() > static_cast<std::int64_t>(limits_.history);
  if (forgotten) return;  // never replaced, so it passes as it comes
  if (direction.first && segment->seq() < *direction.first) {
    return memory.arrive_unchecked(seq, segment->payload());
  }
  if (flow.not_ftp || !flow.whole) return memory.arrive_unchecked(seq, segment->payload());
  try {
    memory.arrive(seq, segment->payload());
  } catch (const LawBroken&) {
    hold(false, "what left once left another way");
  }
  direction.left = left ? net::later(*left, segment->payload_end()) : segment->payload_end();
}

void RouterModel::send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t> packet) {
  transcript_.sent_back(id, packet);
  const auto found = waiting_.find(id);
  const bool unknown = found != waiting_.end() && found->second.flow == nullptr;
  hold(found != waiting_.end() && (!unknown || answer == alg::Answer::reset), "an answer to no packet");
  hold(checksums_right(packet), "an answer does not parse or has a wrong checksum");
  if (broken_ != nullptr) return;
  const auto& waiting = found->second;
  const auto& asked = *waiting.segment;
  const auto ack = std::get<net::TcpSegment>(net::TcpSegment::parse(packet));
  hold(ack.source() == asked.destination() && ack.destination() == asked.source(),
       "an answer goes elsewhere");
  hold(ack.payload().empty() && ack.has_ack() && !ack.syn() && !ack.fin(), "an answer is more");
  hold(ack.rst() == (answer == alg::Answer::reset), "an answer is not what it is said to be");
  if (ack.rst()) {
    hold(ack.seq() == asked.ack(), "a RST that its receiver would not believe");
  } else {
    auto& direction = waiting.flow->of(waiting.sender);
    hold(direction.sent.ends_at(ack.ack()), "what was not sent was acknowledged locally");
    const bool more = !direction.acknowledged || ack.ack() > *direction.acknowledged;
    if (more) direction.acknowledged = ack.ack();
    if (more) direction.unparked = false;
  }
  if (!unknown)
    arrivals_.push_back({waiting.flow->view.id, waiting.sender, {packet.begin(), packet.end()}, true});
  around_.sink.send_back(id, answer, packet);
}

/// Bytes that were acknowledged and have not left, the last that their sender sent: the packet that brought
/// them has to wait, to carry them should nothing more come. Where there is no room for it, or where it went
/// on with what it brought before them, they leave with the sender's next one.
void RouterModel::check_kept(FlowRecord& flow, Side sender) {
  auto& direction = flow.of(sender);
  const auto room = std::exchange(direction.all_acknowledged, std::nullopt);
  if (!direction.acknowledged || direction.disowned || direction.sends_again()) return;
  if (flow.reset || flow.broken_off || flow.failed || !flow.from_start) return;
  if (flow.received(sender) >= *direction.acknowledged) return;
  const bool kept = std::ranges::any_of(waiting_, [&](const auto& entry) {
    return entry.second.flow == &flow && entry.second.sender == sender;
  });
  const bool excused = direction.unparked || room == FlowRecord::Room::none ||
                       (direction.gone_on_end && *direction.gone_on_end >= *direction.acknowledged);
  hold(kept || excused, "what was acknowledged was not kept");
  direction.unparked = !kept;
}

/// Once a session is over. Its sender will not repeat what was acknowledged; the receiver must have it.
void RouterModel::check_delivered(const FlowRecord& flow) {
  if (flow.reset || flow.broken_off || flow.failed || !flow.from_start) return;
  for (const auto sender : {Side::client, Side::server}) {
    const auto& direction = flow.of(sender);
    if (!direction.acknowledged || direction.disowned || direction.unparked || direction.sends_again())
      continue;
    hold(flow.received(sender) >= *direction.acknowledged, "what was acknowledged was not delivered");
  }
}

}  // namespace pinhole::test
