// Frames of a capture file, one after the other.
//
// Reads what libpcap reads (pcap in either byte order and precision, pcapng), from a file, a pipe or
// standard input ("-"). Never needs a privilege, never opens a network interface, and never holds more than
// one frame. A file that ends in the middle gives the frames before its end and then one complaint.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "pcap/link_layer.hpp"

namespace pinhole::pcap {

/// The capture, or the file to be written, is at fault: one line that says which and why.
struct CaptureError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Frame {
  std::uint64_t number = 0;             ///< as every tool counts them, from 1
  std::chrono::nanoseconds time{};      ///< since the epoch
  std::size_t wire_length = 0;          ///< bytes; more than bytes.size() if the capture truncated the frame
  std::span<const std::uint8_t> bytes;  ///< from the link header on; valid until the next frame is read
};

class Reader {
 public:
  /// Throws CaptureError: no such file, a directory, empty, not a capture, a link type that we do not know.
  explicit Reader(const std::string& path);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  LinkType link_type() const { return link_type_; }
  /// Whether the file keeps microseconds only, as pcap does by default.
  bool microseconds() const { return microseconds_; }

  /// nullopt at the end, be it the proper one or not: see complaint().
  std::optional<Frame> next();

  /// Why reading stopped before the end of the capture, as one line; empty if it did not.
  const std::string& complaint() const { return complaint_; }

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  std::string path_;
  std::string complaint_;
  LinkType link_type_ = LinkType::raw;
  bool microseconds_ = false;
  std::uint64_t frames_ = 0;
};

}  // namespace pinhole::pcap
