#include "pcap/outlet.hpp"

namespace pinhole::pcap {

void Outlet::send(const IpPlace& place, std::span<const std::uint8_t> link_header,
                  std::span<const std::uint8_t> packet, std::size_t missing) {
  if (!is_open()) return;
  frame_.assign(link_header.begin(), link_header.end());
  frame_.insert(frame_.end(), packet.begin(), packet.end());
  const auto bytes = std::span(frame_);
  if (missing > 0) set_ip_length(bytes.subspan(link_header.size()), packet.size() + missing);
  fit_link_header(place, bytes, missing);
  writer_->write(now_, bytes, bytes.size() + missing);
  ++count_;
}

}  // namespace pinhole::pcap
