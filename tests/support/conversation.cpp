#include "support/conversation.hpp"

#include <gtest/gtest.h>

#include <cstdio>

#include "support/segments.hpp"

namespace pinhole::test {

using alg::index;
using alg::Side;

Conversation::Conversation(alg::NatView nat_view, alg::Policies policies, alg::Limits limits,
                           net::Seq client_isn, net::Seq server_isn)
    : gateway(std::move(policies), limits, {tracker, tracker, edge, edge}), view(nat_view) {
  tracker.connections.push_back(view);
  ends_[index(Side::client)] = {client_isn, server_isn, server_isn, {}};
  ends_[index(Side::server)] = {server_isn, client_isn, client_isn, {}};
  gateway.connect(view, client_isn, server_isn);
}

Conversation::~Conversation() {
  try {
    gateway.finish();
  } catch (const LawBroken& broken) {
    if (!testing::Test::HasFatalFailure()) ADD_FAILURE() << broken.what();
    return;
  }
  if (testing::Test::HasFailure()) std::printf("the conversation:\n%s", gateway.transcript().c_str());
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

std::vector<std::uint8_t> Conversation::segment(Side side, net::Seq seq, std::string_view text,
                                                std::uint8_t extra_flags) const {
  const auto key = view.key(side);
  return make_segment({.from = key.source,
                       .to = key.destination,
                       .seq = seq,
                       .ack = ends_[index(side)].expected,
                       .payload = text,
                       .flags = static_cast<std::uint8_t>(kAck | kPsh | extra_flags),
                       .clock = clock});
}

std::string Conversation::bypass(Side side, std::string_view text) {
  const auto before = ends_[index(other(side))].stream.size();
  gateway.bypass(segment(side, skip(side, text), text));
  receive();
  return ends_[index(other(side))].stream.substr(before);
}

std::string Conversation::resend(Side side, net::Seq seq, std::string_view text, std::uint8_t extra_flags) {
  const auto before = ends_[index(other(side))].stream.size();
  gateway.packet(++id_, segment(side, seq, text, extra_flags), now, entry);
  receive();
  return ends_[index(other(side))].stream.substr(before);
}

std::string Conversation::wait(std::chrono::seconds time, Side reader) {
  const auto before = ends_[index(reader)].stream.size();
  now += time;
  gateway.tick(now);
  tracker.answer(gateway, now);
  receive();
  return ends_[index(reader)].stream.substr(before);
}

void Conversation::receive() {
  for (const auto& arrival : gateway.take_arrivals()) {
    if (arrival.sent_back || arrival.flow != view.id) continue;
    const auto parsed = net::TcpSegment::parse(arrival.packet);
    receive(arrival.at, std::get<net::TcpSegment>(parsed));
  }
}

void Conversation::receive(Side at, const net::TcpSegment& segment) {
  auto& end = ends_[index(at)];
  if (segment.seq() > end.expected) return;  // it keeps nothing out of order: its peer will repeat it
  auto next = segment.seq();
  for (const auto byte : segment.payload()) {
    const auto offset = next - end.first;
    next = next + 1;
    if (offset < 0) continue;
    const auto place = static_cast<std::size_t>(offset);
    if (place < end.stream.size()) {
      law(end.stream[place] == static_cast<char>(byte), "repeated bytes differ from the first ones");
    } else {
      end.stream.push_back(static_cast<char>(byte));
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
