#include "pcap/replay.hpp"

#include <algorithm>

namespace pinhole::pcap {
namespace {

constexpr std::chrono::seconds kTick{1};

}  // namespace

Replay::Replay(ReplayOptions options, LinkType link, Writer* writer)
    : link_(link),
      outlet_(writer),
      tracker_(std::move(options.nat), std::move(options.control_ports)),
      control_(std::move(options.policies), options.limits, tracker_, outlet_, report_),
      data_(tracker_, outlet_, report_) {}

void Replay::play(const Frame& frame) {
  ++report_.counts.frames;
  now_ = std::max(now_, frame.time);  // clocks are set back; timeouts must not notice
  tracker_.advance(now_);
  outlet_.advance(frame.time);
  if (now_ - last_tick_ >= kTick) {
    control_.tick(now_);
    last_tick_ = now_;
  }

  const auto found = find_ip(link_, frame.bytes);
  const auto* place = std::get_if<IpPlace>(&found);
  if (place == nullptr) return;
  const auto packet = frame.bytes.subspan(place->offset);
  const auto parsed = net::TcpSegment::parse(packet);
  if (const auto* segment = std::get_if<net::TcpSegment>(&parsed)) {
    play_segment({frame.number, frame.time, *place, frame.bytes.first(place->offset), *segment,
                  net::FlowKey::of(*segment)});
    return;
  }
  switch (std::get<net::SegmentError>(parsed)) {
    case net::SegmentError::fragment:
      ++report_.counts.fragments;
      break;
    case net::SegmentError::truncated:
      play_truncated(frame, *place);
      break;
    case net::SegmentError::bad_header:
      ++report_.counts.broken;
      break;
    case net::SegmentError::not_ip:
    case net::SegmentError::not_tcp:
      break;
  }
}

void Replay::play_truncated(const Frame& frame, const IpPlace& place) {
  const auto packet = frame.bytes.subspan(place.offset);
  const std::size_t length = ip_length(packet);
  const bool truncated = frame.wire_length > frame.bytes.size() && length > packet.size();
  if (!truncated) {
    ++report_.counts.broken;
    return;
  }
  shortened_.assign(packet.begin(), packet.end());
  set_ip_length(shortened_, packet.size());
  const auto parsed = net::TcpSegment::parse(shortened_);
  const auto* segment = std::get_if<net::TcpSegment>(&parsed);
  if (segment == nullptr) {
    ++report_.counts.truncated;
    return;
  }
  play_segment({frame.number, frame.time, place, frame.bytes.first(place.offset), *segment,
                net::FlowKey::of(*segment), length - packet.size()});
}

void Replay::play_segment(const Captured& captured) {
  const auto& [source, destination] = captured.key;
  const bool maybe_control =
      tracker_.is_control_port(source.port) || tracker_.is_control_port(destination.port);
  if (maybe_control && !data_.is_known(captured.key)) {
    if (const auto place = control_.place(captured, now_)) {
      ++report_.counts.control;
      if (captured.missing > 0 && !place->far) ++report_.counts.truncated_control;
      if (place->far) ++report_.counts.far;
      if (place->not_hosts)
        data_.unwatch(place->not_hosts->source.address, place->not_hosts->destination.address);
      if (place->hosts) data_.watch(place->hosts->source.address, place->hosts->destination.address);
      control_.play(captured, *place, now_);
      return;
    }
  }
  data_.play(captured);
}

const Report& Replay::finish() {
  control_.finish();
  report_.counts.written = outlet_.count();
  return report_;
}

}  // namespace pinhole::pcap
