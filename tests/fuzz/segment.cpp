// net::TcpSegment::parse, and every edit of what it accepts (laws: support/packet_laws.hpp).
//
//   1 byte      0x01 makes the IP length right, 0x02 the checksums; 0x04: the new payload ends as the old one
//   4 bytes     a number; 4 bytes: how far to shift
//   1 byte n    n bytes of a new payload
//   2 * 16 + 2 * 2 bytes: new addresses and ports
//   the rest    a packet

#include "fuzz/input.hpp"
#include "net/bytes.hpp"
#include "pinhole/net/packet_edit.hpp"
#include "support/law.hpp"
#include "support/packet_laws.hpp"
#include "support/segments.hpp"

namespace pinhole::fuzz {
namespace {

using net::TcpSegment;
using test::law;

constexpr std::size_t kLargest = 0xffff;

void mend_length(Bytes& packet) {
  if (packet.size() < 40 || packet.size() > kLargest) return;
  if (packet[0] >> 4 == 4) net::store16(packet, 2, static_cast<std::uint16_t>(packet.size()));
  if (packet[0] >> 4 == 6) net::store16(packet, 4, static_cast<std::uint16_t>(packet.size() - 40));
}

/// By rebuilding the packet with what it has.
void mend_checksums(Bytes& packet) {
  const auto parsed = TcpSegment::parse(packet);
  const auto* segment = std::get_if<TcpSegment>(&parsed);
  if (segment == nullptr) return;
  Bytes mended;
  net::rebuild(*segment, segment->seq(), segment->payload(), true, mended);
  law(test::checksums_right(mended), "a rebuilt packet has a wrong checksum");
  packet = mended;
}

net::Endpoint some_endpoint(Input& input, net::Family family) {
  Bytes bytes = input.bytes(16);
  bytes.resize(family == net::Family::v4 ? 4 : 16);
  return {net::IpAddress::from_bytes(bytes), input.u16()};
}

void run(Input input) {
  const auto choice = input.u8();
  const net::Seq number(input.u32());
  const auto delta = static_cast<std::int32_t>(input.u32());
  const auto payload = input.bytes(input.u8());
  auto endpoints = input.bytes(36);
  Bytes packet = input.rest();
  if ((choice & 0x01) != 0) mend_length(packet);
  if ((choice & 0x02) != 0) mend_checksums(packet);
  packet.shrink_to_fit();  // a read behind the end is then one behind the allocation

  const auto parsed = TcpSegment::parse(packet);
  const auto* segment = std::get_if<TcpSegment>(&parsed);
  if (segment == nullptr) return;
  test::check_view(packet, *segment);
  if (segment->payload_offset() + payload.size() <= kLargest) {
    test::check_rebuild(*segment, number, payload, (choice & 0x04) != 0);
  }
  test::check_build_ack(*segment, number, static_cast<std::uint16_t>(delta));
  Input others(endpoints.data(), endpoints.size());
  const auto source = some_endpoint(others, segment->family());
  test::check_readdress(packet, source, some_endpoint(others, segment->family()));
  test::check_shift(packet, delta);
}

}  // namespace
}  // namespace pinhole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinhole::fuzz::run({data, size});
  return 0;
}
