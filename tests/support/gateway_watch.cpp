#include "support/gateway_watch.hpp"

#include <algorithm>

#include "pinhole/net/tcp_segment.hpp"
#include "support/law.hpp"
#include "support/segments.hpp"

namespace pinhole::test {

using alg::index;
using alg::Reason;
using alg::Side;
using Action = alg::Verdict::Action;

namespace {

constexpr std::size_t kSafePacket = 1280;

std::uint8_t upper(std::uint8_t byte) {
  return byte >= 'a' && byte <= 'z' ? static_cast<std::uint8_t>(byte - 'a' + 'A') : byte;
}

}  // namespace

bool may_read(const std::vector<std::pair<net::Seq, std::span<const std::uint8_t>>>& sent,
              std::string_view text) {
  const auto same = [](std::uint8_t byte, char letter) {
    return upper(byte) == static_cast<std::uint8_t>(letter);
  };
  const bool in_one = std::any_of(sent.begin(), sent.end(), [&](const auto& piece) {
    const auto& bytes = piece.second;
    return std::search(bytes.begin(), bytes.end(), text.begin(), text.end(), same) != bytes.end();
  });
  if (in_one) return true;
  std::map<std::uint32_t, std::set<std::uint8_t>> readings;
  for (const auto& [begin, bytes] : sent) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      // Telnet commands may stand anywhere in a word; this reader does not look for them.
      if (bytes[i] == 0xff) return true;
      readings[(begin + static_cast<std::int64_t>(i)).raw()].insert(upper(bytes[i]));
    }
  }
  return std::any_of(readings.begin(), readings.end(), [&](const auto& reading) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto found = readings.find(reading.first + static_cast<std::uint32_t>(i));
      if (found == readings.end() || !found->second.contains(static_cast<std::uint8_t>(text[i])))
        return false;
    }
    return true;
  });
}

void GatewayWatch::connect(const alg::NatView& view, net::Seq client_isn, net::Seq server_isn) {
  std::erase_if(connections,
                [&](const auto& old) { return old.key(Side::client) == view.key(Side::client); });
  connections.push_back(view);
  auto& flow = flows_[view.id];
  flow.view = view;
  flow.heard[index(Side::client)] = StreamMemory(shift_of(view, Side::server).shift(server_isn + 1));
  flow.heard[index(Side::server)] = StreamMemory(shift_of(view, Side::client).shift(client_isn + 1));
}

net::Seq GatewayWatch::next(std::uint64_t flow, Side side) const {
  return flows_.at(flow).heard[index(side)].next();
}

net::Seq GatewayWatch::received(std::uint64_t flow, Side sender) const {
  return shift_of(flows_.at(flow).view, sender).unshift(next(flow, other(sender)));
}

net::Seq GatewayWatch::acknowledged(std::uint64_t flow, Side sender) const {
  const auto by_receiver = received(flow, sender);
  return net::later(by_receiver, flows_.at(flow).acknowledged[index(sender)].value_or(by_receiver));
}

void GatewayWatch::hand_in(gateway::Gateway& gateway, std::span<const std::uint8_t> packet, alg::Time now) {
  const auto id = ++id_;
  Waiting waiting;
  waiting.packet.assign(packet.begin(), packet.end());
  const auto parsed = net::TcpSegment::parse(packet);
  if (const auto* segment = std::get_if<net::TcpSegment>(&parsed)) {
    const auto key = net::FlowKey::of(*segment);
    if (const auto* view = find(key)) {
      waiting.placed = true;
      waiting.flow = view->id;
      waiting.sender = key == view->key(Side::client) ? Side::client : Side::server;
      const auto payload = segment->payload();
      flows_.at(view->id).sent[index(waiting.sender)].push_back(
          {id, segment->seq(), {payload.begin(), payload.end()}});
    }
  }
  tell("packet", id, packet, Reason::passed);
  const auto& kept = waiting_.emplace(id, std::move(waiting)).first->second.packet;
  // A copy of exactly its size: a read behind it is one behind the allocation.
  const Packet copy(kept.begin(), kept.end());
  gateway.packet(id, copy, now);
  check_pinholes();
  const auto usage = gateway.usage();
  law(waiting_.size() == usage.waiting_packets, "a packet that nobody holds has no verdict");
  law(usage.waiting_packets <= limits_.waiting_packets && usage.waiting_bytes <= limits_.waiting_bytes,
      "too much waits for a verdict");
  law(usage.flows <= limits_.flows, "too many flows are remembered");
}

void GatewayWatch::tick(gateway::Gateway& gateway, alg::Time now) {
  gateway.tick(now);
  answer(gateway, now);
  check_pinholes();
}

void GatewayWatch::finish() const {
  law(waiting_.empty(), "a packet has no verdict");
  law(open_now.empty(), "a pinhole has outlived the gateway");
  check_pinholes();
  for (const auto& [id, flow] : flows_) law(!flow.alive, "a flow's end was not told");
}

void GatewayWatch::verdict(alg::PacketId id, const alg::Verdict& verdict) {
  const auto found = waiting_.find(id);
  law(found != waiting_.end(), "a verdict for a packet that has one, or was never handed in");
  static constexpr const char* kActions[] = {"  accept", "  replace", "  drop"};
  tell(kActions[static_cast<std::size_t>(verdict.action)], id, verdict.packet, verdict.reason);
  const Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  law(verdict.reason != Reason::internal_error, "an internal error");
  law(verdict.action != Action::drop || verdict.reason != Reason::passed, "dropped without a reason");
  law(verdict.action == Action::replace || verdict.packet.empty(), "a packet without replacing one");
  if (verdict.action == Action::replace) check_replacement(waiting, verdict);
  if (verdict.action != Action::drop) deliver(waiting, verdict);
}

void GatewayWatch::check_replacement(const Waiting& waiting, const alg::Verdict& verdict) const {
  law(waiting.placed, "a packet of no connection was replaced");
  law(checksums_right(verdict.packet), "a replacement does not parse or has a wrong checksum");
  law(verdict.packet.size() <= std::max(waiting.packet.size(), kSafePacket), "a replacement is too large");
  const auto before = std::get<net::TcpSegment>(net::TcpSegment::parse(waiting.packet));
  const auto after = std::get<net::TcpSegment>(net::TcpSegment::parse(verdict.packet));
  law(net::FlowKey::of(before) == net::FlowKey::of(after), "a replacement goes elsewhere");
  law(before.ack() == after.ack() && before.window() == after.window(),
      "a replacement says what was not said");
  law(before.fin() || !after.fin(), "a FIN that nobody sent");
}

/// What conntrack and the receiver behind it make of a packet that goes on.
void GatewayWatch::deliver(const Waiting& waiting, const alg::Verdict& verdict) {
  const auto& packet = verdict.action == Action::replace ? verdict.packet : std::span(waiting.packet);
  const auto parsed = net::TcpSegment::parse(packet);
  law(std::holds_alternative<net::TcpSegment>(parsed), "what is no segment has passed");
  if (!waiting.placed) return;
  const bool unseen =
      verdict.reason == Reason::unknown_connection || verdict.reason == Reason::session_table_full;
  const auto& segment = std::get<net::TcpSegment>(parsed);
  // RFC 9293 section 3.10.7.4: without ACK a segment's text is not looked at.
  auto& flow = flows_.at(waiting.flow);
  const auto original = std::get<net::TcpSegment>(net::TcpSegment::parse(waiting.packet));
  flow.cut = flow.cut || (segment.rst() && !original.rst());
  if (unseen || segment.syn() || segment.rst() || !segment.has_ack() || segment.payload().empty()) return;

  law(!flow.cut, "something passes in a session that was reset");
  auto& memory = flow.heard[index(other(waiting.sender))];
  auto& left = flow.left[index(waiting.sender)];
  const auto seq = shift_of(flow.view, waiting.sender).shift(segment.seq());
  const bool again = verdict.action == Action::accept && verdict.reason == Reason::retransmitted;
  const bool forgotten = again && left && *left - segment.seq() > static_cast<std::int64_t>(limits_.history);
  if (forgotten) return;  // never replaced, so it passes as it comes
  const auto& first = flow.first[index(waiting.sender)];
  if (first && segment.seq() < *first) return memory.arrive_unchecked(seq, segment.payload());
  if (flow.foreign || !flow.whole) return memory.arrive_unchecked(seq, segment.payload());
  memory.arrive(seq, segment.payload());
  left = left ? net::later(*left, segment.payload_end()) : segment.payload_end();
}

void GatewayWatch::send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t> packet) {
  tell("  send back", id, packet, Reason::acknowledged_locally);
  const auto found = waiting_.find(id);
  law(found != waiting_.end() && found->second.placed, "an ACK in answer to no packet");
  law(checksums_right(packet), "an ACK does not parse or has a wrong checksum");
  const auto asked = std::get<net::TcpSegment>(net::TcpSegment::parse(found->second.packet));
  const auto ack = std::get<net::TcpSegment>(net::TcpSegment::parse(packet));
  law(ack.source() == asked.destination() && ack.destination() == asked.source(), "an ACK goes elsewhere");
  law(ack.payload().empty() && ack.has_ack() && !ack.syn() && !ack.fin(), "an ACK is more");
  law(ack.rst() == (answer == alg::Answer::reset), "an answer is not what it is said to be");
  if (ack.rst()) return law(ack.seq() == asked.ack(), "a RST that its receiver would not believe");
  auto& flow = flows_.at(found->second.flow);
  const auto& sent = flow.sent[index(found->second.sender)];
  const bool was_sent = std::any_of(sent.begin(), sent.end(), [&](const Sent& piece) {
    return piece.begin + static_cast<std::int64_t>(piece.payload.size()) == ack.ack();
  });
  law(was_sent, "what was not sent was acknowledged in the receiver's name");
  auto& acknowledged = flow.acknowledged[index(found->second.sender)];
  acknowledged = net::later(acknowledged.value_or(ack.ack()), ack.ack());
}

}  // namespace pinhole::test
