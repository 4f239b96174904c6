// A capture file to be written, frame by frame.
//
// Of the same link type and time precision as the capture it is made from. Never appends to a file, and
// never hides that something could not be written: close() says so.
#pragma once

#include <memory>
#include <string>

#include "pcap/reader.hpp"

namespace pinhole::pcap {

class Writer {
 public:
  /// Creates or truncates `path`. Throws CaptureError.
  Writer(const std::string& path, LinkType type, bool microseconds);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// `bytes` starts at the link header; `wire_length` is at least bytes.size().
  void write(std::chrono::nanoseconds time, std::span<const std::uint8_t> bytes, std::size_t wire_length);

  /// Flushes. Throws CaptureError if anything written so far did not reach the file.
  void close();

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  std::string path_;
};

}  // namespace pinhole::pcap
