#include "handmade_end.hpp"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "net/bytes.hpp"
#include "pinhole/net/tcp_segment.hpp"
#include "raw_segments.hpp"

namespace pinhole::test {
namespace {

using Clock = std::chrono::steady_clock;

net::Endpoint endpoint_of(const Address& address) {
  return endpoint(address.host, address.port);
}

// Packet sockets see what comes before this rule does.
std::string hidden_table(std::uint16_t port) {
  return "handmade-" + std::to_string(port);
}

void nft(const Lab& lab, Role role, const std::string& commands) {
  const auto done = run(lab.in(role, {"nft", "-f", "-"}), Milliseconds{5'000}, commands);
  if (done.status != 0) throw std::runtime_error("nft: " + done.errors);
}

std::vector<std::pair<std::int64_t, std::int64_t>> sack_blocks(const net::TcpSegment& segment,
                                                               net::Seq begin) {
  std::vector<std::pair<std::int64_t, std::int64_t>> blocks;
  const auto options = segment.options();
  for (std::size_t at = 0; at + 1 < options.size() && options[at] != 0;) {
    if (options[at] == 1) {
      ++at;
      continue;
    }
    const std::size_t length = options[at + 1];
    if (length < 2 || at + length > options.size()) break;
    for (std::size_t block = at + 2; options[at] == 5 && block + 8 <= at + length; block += 8) {
      blocks.emplace_back(net::Seq(net::load32(options, block)) - begin,
                          net::Seq(net::load32(options, block + 4)) - begin);
    }
    at += length;
  }
  return blocks;
}

}  // namespace

HandmadeEnd::HandmadeEnd(const Lab& lab, Role role, const Address& self, net::Seq initial_seq)
    : lab_(lab), role_(role), self_(endpoint_of(self)), begin_(initial_seq + 1) {
  const bool v4 = self_.address.family() == net::Family::v4;
  nft(lab_, role_,
      "table inet " + hidden_table(self_.port) +
          " { chain in { type filter hook prerouting priority raw; tcp dport " + std::to_string(self_.port) +
          " drop; }; }\n");
  in_ = socket_in(lab_, role_, AF_PACKET, SOCK_DGRAM, htons(v4 ? ETHERTYPE_IP : ETHERTYPE_IPV6));
  out_ = raw_socket_in(lab_, role_, self_.address.family());
}

HandmadeEnd::~HandmadeEnd() {
  if (connected_) emit(begin_ + next_, kRst | kAck);
  close(in_);
  close(out_);
  run(lab_.in(role_, {"nft", "delete", "table", "inet", hidden_table(self_.port)}), Milliseconds{5'000});
}

bool HandmadeEnd::connect(const Address& to, std::string_view text, Milliseconds limit) {
  peer_ = endpoint_of(to);
  emit_syn(kSyn, text);
  const auto packet = receive_packet(limit);
  if (!packet) return false;
  const auto segment = std::get<net::TcpSegment>(net::TcpSegment::parse(*packet));
  next_ = segment.ack() - begin_;
  if (!segment.syn() || next_ < 0 || next_ > static_cast<std::int64_t>(text.size())) return false;
  peer_begin_ = segment.seq() + 1;
  connected_ = true;
  acknowledge(0);
  return true;
}

bool HandmadeEnd::accept(Milliseconds limit) {
  while (!connected_) {
    const auto packet = receive_packet(limit);
    if (!packet) return false;
    const auto segment = std::get<net::TcpSegment>(net::TcpSegment::parse(*packet));
    if (!segment.syn()) continue;  // an older connection's
    peer_ = segment.source();
    peer_begin_ = segment.seq() + 1;
    connected_ = true;
  }
  emit_syn(kSyn | kAck);
  return acknowledged(0, limit);
}

void HandmadeEnd::say(std::string_view bytes) {
  send(next_, bytes);
}

void HandmadeEnd::send(std::int64_t at, std::string_view bytes, std::uint8_t flags) {
  const auto fin = (flags & kFin) != 0 ? 1 : 0;
  next_ = std::max(next_, at + static_cast<std::int64_t>(bytes.size()) + fin);
  emit(begin_ + at, flags, bytes);
}

void HandmadeEnd::send_lost(std::int64_t at, std::string_view bytes, std::uint8_t flags) {
  next_ = std::max(next_, at + static_cast<std::int64_t>(bytes.size()));
  emit(begin_ + at, flags, bytes, 1);
}

void HandmadeEnd::send_damaged(std::int64_t at, std::string_view bytes) {
  auto packet = make_segment({.from = self_,
                              .to = peer_,
                              .seq = begin_ + at,
                              .ack = peer_begin_ + heard(),
                              .payload = bytes,
                              .timestamps = false,
                              .window = window_});
  const auto segment = std::get<net::TcpSegment>(net::TcpSegment::parse(packet));
  packet[segment.tcp_offset() + 16] ^= 0x55;
  send_packet(out_, packet, peer_.address);
}

void HandmadeEnd::acknowledge(std::int64_t up_to,
                              const std::vector<std::pair<std::int64_t, std::int64_t>>& sack) {
  SegmentSpec spec{.from = self_,
                   .to = peer_,
                   .seq = begin_ + next_,
                   .ack = peer_begin_ + up_to,
                   .payload = {},
                   .flags = kAck,
                   .timestamps = false,
                   .window = window_};
  for (const auto& [left, right] : sack) spec.sack.emplace_back(peer_begin_ + left, peer_begin_ + right);
  emit(spec);
}

void HandmadeEnd::forge(std::int64_t at, std::int64_t up_to, std::string_view bytes, std::uint8_t flags,
                        bool lost) {
  emit({.from = self_,
        .to = peer_,
        .seq = begin_ + at,
        .ack = peer_begin_ + up_to,
        .payload = bytes,
        .flags = flags,
        .timestamps = false,
        .window = window_,
        .hops = static_cast<std::uint8_t>(lost ? 1 : 64)});
}

void HandmadeEnd::break_off() {
  emit(begin_ + next_, kRst | kAck);
  connected_ = false;
}

std::optional<Arrival> HandmadeEnd::receive(Milliseconds limit) {
  const auto packet = receive_packet(limit);
  if (!packet) return std::nullopt;
  const auto segment = std::get<net::TcpSegment>(net::TcpSegment::parse(*packet));
  const auto payload = segment.payload();
  Arrival arrival{.at = segment.seq() - peer_begin_,
                  .payload = std::string(payload.begin(), payload.end()),
                  .flags = segment.packet()[segment.tcp_offset() + 13],
                  .acknowledged = segment.ack() - begin_,
                  .sack = sack_blocks(segment, begin_)};
  if (attentive_) take(arrival);
  return arrival;
}

void HandmadeEnd::take(const Arrival& arrival) {
  peer_has_ = std::max(peer_has_, arrival.acknowledged);
  if ((arrival.flags & kRst) != 0) connected_ = false;
  const auto size = static_cast<std::int64_t>(arrival.payload.size());
  if (arrival.at <= heard() && arrival.at + size > heard()) {
    heard_ += arrival.payload.substr(static_cast<std::size_t>(heard() - arrival.at));
  }
  if ((arrival.flags & kFin) != 0 && arrival.at + size == heard()) peer_fin_ = heard();
  if (size > 0 || (arrival.flags & kFin) != 0) acknowledge(peer_fin_ == heard() ? heard() + 1 : heard());
}

std::optional<std::string> HandmadeEnd::line(Milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (true) {
    if (const auto end = heard_.find("\r\n", read_); end != std::string::npos) {
      const auto begin = std::exchange(read_, end + 2);
      return heard_.substr(begin, end - begin);
    }
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
    if (left.count() <= 0 || !receive(left)) return std::nullopt;
  }
}

bool HandmadeEnd::acknowledged(std::int64_t up_to, Milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (peer_has_ < up_to) {
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
    if (left.count() <= 0 || !receive(left)) return false;
  }
  return true;
}

// Other connections of the namespace pass by here, too.
std::optional<std::vector<std::uint8_t>> HandmadeEnd::receive_packet(Milliseconds limit) const {
  const auto deadline = Clock::now() + limit;
  while (true) {
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
    pollfd waited{.fd = in_, .events = POLLIN, .revents = 0};
    if (poll(&waited, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) <= 0) return std::nullopt;
    std::vector<std::uint8_t> packet(65'536);
    sockaddr_ll from{};
    socklen_t size = sizeof from;
    const auto got =
        recvfrom(in_, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got <= 0 || from.sll_pkttype == PACKET_OUTGOING) continue;
    packet.resize(static_cast<std::size_t>(got));
    const auto parsed = net::TcpSegment::parse(packet);
    const auto* segment = std::get_if<net::TcpSegment>(&parsed);
    if (segment == nullptr || segment->destination() != self_) continue;
    if (peer_.port != 0 && segment->source() != peer_) continue;
    return packet;
  }
}

void HandmadeEnd::emit_syn(std::uint8_t flags, std::string_view text) const {
  emit({.from = self_,
        .to = peer_,
        .seq = begin_ - 1,
        .ack = peer_begin_,
        .payload = text,
        .flags = flags,
        .timestamps = false,
        .window = window_,
        .sack_permitted = true});
}

void HandmadeEnd::emit(net::Seq seq, std::uint8_t flags, std::string_view payload, std::uint8_t hops) const {
  emit({.from = self_,
        .to = peer_,
        .seq = seq,
        .ack = peer_begin_ + (peer_fin_ == heard() ? heard() + 1 : heard()),
        .payload = payload,
        .flags = flags,
        .timestamps = false,
        .window = window_,
        .hops = hops});
}

void HandmadeEnd::emit(const SegmentSpec& spec) const {
  send_packet(out_, make_segment(spec), spec.to.address);
}

}  // namespace pinhole::test
