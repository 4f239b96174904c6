#include "pinhole/net/packet_edit.hpp"

#include <algorithm>
#include <array>

#include "net/bytes.hpp"
#include "net/tcp_options.hpp"
#include "pinhole/net/checksum.hpp"

namespace pinhole::net {
namespace {

constexpr std::size_t kSeq = 4, kAck = 8, kFlags = 13, kChecksum = 16, kUrgent = 18;  // in the TCP header
constexpr std::uint8_t kFin = 0x01, kRst = 0x04, kPsh = 0x08, kAckFlag = 0x10, kUrg = 0x20;

TcpSegment checked(std::span<const std::uint8_t> packet) {
  return std::get<TcpSegment>(TcpSegment::parse(packet));  // throws if the caller broke the contract
}

void store_lengths(std::span<std::uint8_t> packet, Family family) {
  if (family == Family::v4) {
    const auto header = packet.first(static_cast<std::size_t>(packet[0] & 0x0f) * 4);
    store16(packet, 2, packet.size() > 0xffff ? 0 : static_cast<std::uint16_t>(packet.size()));
    store16(packet, 10, 0);
    store16(packet, 10, checksum_finish(checksum_sum(header)));
  } else {
    const std::size_t length = packet.size() - 40;
    store16(packet, 4, length > 0xffff ? 0 : static_cast<std::uint16_t>(length));
  }
}

void store_tcp_checksum(std::span<std::uint8_t> packet, std::size_t tcp, const Endpoint& source,
                        const Endpoint& destination) {
  store16(packet, tcp + kChecksum, 0);
  store16(packet, tcp + kChecksum, tcp_checksum(source.address, destination.address, packet.subspan(tcp)));
}

/// Replaces bytes of the packet and updates one checksum field that covers them.
void replace(std::span<std::uint8_t> packet, std::size_t at, std::span<const std::uint8_t> bytes,
             std::size_t checksum_at) {
  const auto target = packet.subspan(at, bytes.size());
  store16(packet, checksum_at, checksum_update(load16(packet, checksum_at), target, bytes));
  std::copy(bytes.begin(), bytes.end(), target.begin());
}

/// The same for a number at any offset: at an odd one its bytes lie in the other halves of the summed words.
void replace32(std::span<std::uint8_t> packet, std::size_t tcp, std::size_t at, std::uint32_t value) {
  std::array<std::uint8_t, 6> words{};
  const std::size_t odd = (at - tcp) % 2;
  const std::size_t length = odd ? 6 : 4;
  std::copy_n(packet.begin() + static_cast<std::ptrdiff_t>(at - odd), length, words.begin());
  store32(words, odd, value);
  replace(packet, at - odd, std::span(words).first(length), tcp + kChecksum);
}

}  // namespace

void rebuild(const TcpSegment& original, Seq seq, std::span<const std::uint8_t> payload, bool keep_end,
             std::vector<std::uint8_t>& out) {
  const auto headers = original.packet().first(original.payload_offset());
  out.assign(headers.begin(), headers.end());
  out.insert(out.end(), payload.begin(), payload.end());
  const std::size_t tcp = original.tcp_offset();
  store32(out, tcp + kSeq, seq.raw());
  if (!keep_end) out[tcp + kFlags] &= static_cast<std::uint8_t>(~(kFin | kPsh));
  if (original.urg()) {
    const std::int64_t moved = std::int64_t{original.urgent_pointer()} + (original.seq() - seq);
    store16(out, tcp + kUrgent, static_cast<std::uint16_t>(std::clamp<std::int64_t>(moved, 0, 0xffff)));
  }
  store_lengths(out, original.family());
  store_tcp_checksum(out, tcp, original.source(), original.destination());
}

namespace {

/// A segment without payload from the destination of `received` to its source.
struct Answer {
  Seq seq, ack;
  std::uint8_t flags = 0;
  std::uint16_t window = 0;
  std::optional<TcpTimestamps> clock;
};

void build_answer(const TcpSegment& received, const Answer& answer, std::vector<std::uint8_t>& out) {
  const bool v4 = received.family() == Family::v4;
  const std::size_t ip = v4 ? 20 : 40;
  const std::size_t tcp = answer.clock ? 32 : 20;
  out.assign(ip + tcp, 0);
  const Endpoint from = received.destination();
  const Endpoint to = received.source();
  out[0] = v4 ? 0x45 : 0x60;
  out[v4 ? 8 : 7] = 64;  // TTL, hop limit
  out[v4 ? 9 : 6] = 6;   // TCP
  std::ranges::copy(from.address.bytes(), out.begin() + (v4 ? 12 : 8));
  std::ranges::copy(to.address.bytes(), out.begin() + (v4 ? 16 : 24));
  store16(out, ip, from.port);
  store16(out, ip + 2, to.port);
  store32(out, ip + kSeq, answer.seq.raw());
  store32(out, ip + kAck, answer.ack.raw());
  out[ip + 12] = static_cast<std::uint8_t>(tcp / 4 << 4);
  out[ip + kFlags] = answer.flags;
  store16(out, ip + 14, answer.window);
  if (answer.clock) {
    store32(out, ip + 20, 0x0101080a);  // two no-operations, then the option
    store32(out, ip + 24, answer.clock->echo);
    store32(out, ip + 28, answer.clock->value);
  }
  store_lengths(out, received.family());
  store_tcp_checksum(out, ip, from, to);
}

}  // namespace

void build_ack(const TcpSegment& received, Seq ack, std::uint16_t window,
               const std::optional<TcpTimestamps>& clock, std::vector<std::uint8_t>& out) {
  build_answer(received, {received.ack(), ack, kAckFlag, window, clock}, out);
}

void build_reset(const TcpSegment& received, std::vector<std::uint8_t>& out) {
  const Seq behind = received.payload_end() + (received.syn() || received.fin() ? 1 : 0);
  build_answer(received, {received.ack(), behind, kRst | kAckFlag, 0, {}}, out);
}

void rebuild_as_reset(const TcpSegment& original, Seq seq, std::vector<std::uint8_t>& out) {
  rebuild(original, seq, {}, false, out);
  const std::size_t tcp = original.tcp_offset();
  out[tcp + kFlags] = kRst | kAckFlag;
  store16(out, tcp + kUrgent, 0);
  store_tcp_checksum(out, tcp, original.source(), original.destination());
  // It is ours, and arrives wherever the packet in whose place it leaves would have ended.
  out[original.family() == Family::v4 ? 8 : 7] = 64;
  store_lengths(out, original.family());
}

bool restamp(std::span<std::uint8_t> packet, const TcpTimestamps& timestamps) {
  const auto segment = checked(packet);
  const auto own = segment.timestamps();
  if (!own || *own == timestamps) return false;
  const std::size_t tcp = segment.tcp_offset();
  for_each_option(segment.options(), [&](std::uint8_t kind, std::size_t at, std::size_t length) {
    if (kind != kTimestamps || length != 8) return;
    store32(packet, tcp + 20 + at, timestamps.value);
    store32(packet, tcp + 20 + at + 4, timestamps.echo);
  });
  store_tcp_checksum(packet.first(segment.packet().size()), tcp, segment.source(), segment.destination());
  return true;
}

void clear_urgent(std::span<std::uint8_t> packet) {
  const auto segment = checked(packet);
  const std::size_t tcp = segment.tcp_offset();
  packet[tcp + kFlags] &= static_cast<std::uint8_t>(~kUrg);
  store16(packet, tcp + kUrgent, 0);
  store_tcp_checksum(packet.first(segment.packet().size()), tcp, segment.source(), segment.destination());
}

void readdress(std::span<std::uint8_t> packet, const Endpoint& source, const Endpoint& destination) {
  const auto segment = checked(packet);
  const bool v4 = segment.family() == Family::v4;
  const std::size_t tcp = segment.tcp_offset();
  const auto set_address = [&](std::size_t at, const IpAddress& address) {
    if (v4) {  // the IPv4 header's checksum covers the addresses, and so does TCP's
      const auto field = checksum_update(load16(packet, 10), packet.subspan(at, 4), address.bytes());
      store16(packet, 10, field);
    }
    replace(packet, at, address.bytes(), tcp + kChecksum);
  };
  set_address(v4 ? 12 : 8, source.address);
  set_address(v4 ? 16 : 24, destination.address);
  std::array<std::uint8_t, 4> ports{};
  store16(ports, 0, source.port);
  store16(ports, 2, destination.port);
  replace(packet, tcp, ports, tcp + kChecksum);
}

void shift_seq(std::span<std::uint8_t> packet, std::int32_t delta) {
  if (delta == 0) return;
  const auto segment = checked(packet);
  replace32(packet, segment.tcp_offset(), segment.tcp_offset() + kSeq, (segment.seq() + delta).raw());
}

void map_acks(std::span<std::uint8_t> packet, const std::function<Seq(Seq)>& map) {
  const auto segment = checked(packet);
  if (!segment.has_ack()) return;
  const std::size_t tcp = segment.tcp_offset();
  replace32(packet, tcp, tcp + kAck, map(segment.ack()).raw());
  const auto options = segment.options();
  for_each_option(options, [&](std::uint8_t kind, std::size_t at, std::size_t length) {
    if (kind != kSack) return;
    for (std::size_t edge = at; edge + 4 <= at + length; edge += 4) {
      replace32(packet, tcp, tcp + 20 + edge, map(Seq(load32(options, edge))).raw());
    }
  });
}

}  // namespace pinhole::net
