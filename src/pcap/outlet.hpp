// Where the far side's packets go: the output capture, if there is one.
#pragma once

#include <vector>

#include "pcap/captured.hpp"
#include "pcap/writer.hpp"

namespace pinhole::pcap {

class Outlet {
 public:
  /// `writer` may be null; it must outlive the outlet.
  explicit Outlet(Writer* writer) : writer_(writer) {}

  bool is_open() const { return writer_ != nullptr; }

  /// Stamps what is sent from now on.
  void advance(std::chrono::nanoseconds now) { now_ = now; }

  /// Writes a packet behind its link header; `missing` bytes of its end were not captured.
  void send(const IpPlace& place, std::span<const std::uint8_t> link_header,
            std::span<const std::uint8_t> packet, std::size_t missing);

  std::uint64_t count() const { return count_; }

 private:
  Writer* writer_;
  std::chrono::nanoseconds now_{};
  std::vector<std::uint8_t> frame_;
  std::uint64_t count_ = 0;
};

}  // namespace pinhole::pcap
