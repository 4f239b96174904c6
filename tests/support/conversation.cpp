#include "support/conversation.hpp"

#include <stdexcept>

#include "pinhole/net/packet_edit.hpp"
#include "support/segments.hpp"

namespace pinhole::test {

using alg::index;
using alg::Side;

namespace nat {
namespace {
alg::NatView make(net::Endpoint client, net::Endpoint dialed, net::Endpoint server, net::Endpoint seen) {
  alg::NatView view;
  view.id = 7;
  view.client = client;
  view.dialed = dialed;
  view.server = server;
  view.seen = seen;
  return view;
}
const auto kClient = endpoint("192.168.1.10", 40000);
const auto kServer = endpoint("198.51.100.2", 21);
}  // namespace

alg::NatView none() {
  return make(kClient, kServer, kServer, kClient);
}
alg::NatView masquerade() {
  return make(kClient, kServer, kServer, endpoint("203.0.113.7", 40000));
}
alg::NatView forward() {
  const auto outside = endpoint("192.0.2.9", 40000);
  return make(outside, endpoint("203.0.113.7", 2121), endpoint("10.0.0.2", 21), outside);
}
alg::NatView both() {
  return make(kClient, endpoint("203.0.113.7", 21), endpoint("10.0.0.2", 21),
              endpoint("203.0.113.99", 50000));
}
alg::NatView masquerade6() {
  const auto server = endpoint("2001:db8::2", 21);
  return make(endpoint("fd00::10", 40000), server, server, endpoint("2001:db8::7", 40000));
}
}  // namespace nat

Conversation::Conversation(alg::NatView nat_view, alg::Policies policies, alg::Limits limits,
                           net::Seq client_isn, net::Seq server_isn)
    : gateway(std::move(policies), limits, {tracker, tracker, edge, edge}), view(nat_view) {
  tracker.connections.push_back(view);
  ends_[index(Side::client)] = {client_isn, server_isn, server_isn, {}};
  ends_[index(Side::server)] = {server_isn, client_isn, client_isn, {}};
}

std::string Conversation::say(Side side, std::string_view text, std::uint8_t extra_flags) {
  const auto seq = skip(side, text);
  if ((extra_flags & kFin) != 0) ends_[index(side)].sent = ends_[index(side)].sent + 1;
  return resend(side, seq, text, extra_flags);
}

net::Seq Conversation::skip(Side side, std::string_view text) {
  auto& end = ends_[index(side)];
  const auto seq = end.sent;
  end.sent = seq + static_cast<std::int64_t>(text.size());
  return seq;
}

std::string Conversation::resend(Side side, net::Seq seq, std::string_view text, std::uint8_t extra_flags) {
  const auto key = view.key(side);
  const auto& end = ends_[index(side)];
  auto packet = make_segment({.from = key.source,
                              .to = key.destination,
                              .seq = seq,
                              .ack = end.expected,
                              .payload = text,
                              .flags = static_cast<std::uint8_t>(kAck | kPsh | extra_flags),
                              .clock = clock});
  waiting_[++id_] = {side, packet};
  const auto before = ends_[index(other(side))].stream.size();
  gateway.packet(id_, packet, now);
  deliver_judged();
  return ends_[index(other(side))].stream.substr(before);
}

std::string Conversation::wait(std::chrono::seconds time, Side reader) {
  const auto before = ends_[index(reader)].stream.size();
  now += time;
  gateway.tick(now);
  tracker.answer(gateway, now);
  deliver_judged();
  return ends_[index(reader)].stream.substr(before);
}

void Conversation::deliver_judged() {
  for (; delivered_ < edge.order.size(); ++delivered_) {
    const auto id = edge.order[delivered_];
    const auto& [sender, original] = waiting_.at(id);
    const auto& given = edge.verdicts.at(id);
    if (given.action == alg::Verdict::Action::accept) deliver(sender, original);
    if (given.action == alg::Verdict::Action::replace) deliver(sender, given.packet);
  }
}

void Conversation::deliver(Side sender, std::span<const std::uint8_t> packet) {
  if (!checksums_right(packet)) throw std::logic_error("a packet left with a wrong checksum");
  const auto parsed = net::TcpSegment::parse(packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  const auto shift = tracker.shifts[{view.id, sender}];
  const auto seq = shift.shift(segment.seq());
  auto& end = ends_[index(other(sender))];
  const auto known = end.expected - seq;
  if (known < 0) return;  // the model keeps nothing out of order: its peer will repeat it
  const auto payload = segment.payload();
  const auto stream_at = static_cast<std::size_t>(seq - end.first + 0);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    const auto byte = static_cast<char>(payload[i]);
    if (seq + static_cast<std::int64_t>(i) < end.first) continue;
    if (stream_at + i < end.stream.size()) {
      if (end.stream[stream_at + i] != byte)
        throw std::logic_error("repeated bytes differ from the first ones");
    } else {
      end.stream.push_back(byte);
      end.expected = end.expected + 1;
    }
  }
}

void Conversation::log_in() {
  server("220 ready\r\n");
  client("USER u\r\n");
  server("331 password\r\n");
  client("PASS p\r\n");
  server("230 welcome\r\n");
}

}  // namespace pinhole::test
