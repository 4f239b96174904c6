// Follows TLS records (RFC 8446 section 5.1) only to see where they end.
//
// After AUTH TLS a control connection is opaque until CCC (RFC 4217 section 12.3) brings clear text back.
// What stands at a record's boundary and is no record is clear text. Nothing inside a record is looked at.
#pragma once

#include <cstdint>
#include <span>

namespace pinhole::ftp {

class TlsRecords {
 public:
  TlsRecords() = default;
  /// Of a direction that is first seen in its middle: everything belongs to records, until a packet begins
  /// with a record's header.
  static TlsRecords in_the_middle() {
    TlsRecords records;
    records.lost_ = true;
    return records;
  }

  /// Whether these bytes begin with a record's header.
  static bool begin_with(std::span<const std::uint8_t> bytes);

  /// Takes what belongs to records off the front of `bytes`, the new bytes of a packet; what is left is clear
  /// text.
  void skip(std::span<const std::uint8_t>& bytes);

  /// Nobody knows where records begin, and this packet does not say so either.
  bool is_lost(std::span<const std::uint8_t> packet) const;

  /// Any byte of a record was seen, or may have been.
  bool has_begun() const { return lost_ || count_ > 0 || header_ > 0; }

  /// Complete records seen so far.
  std::size_t count() const { return count_; }

 private:
  std::size_t header_ = 0;  // bytes of the 5-byte record header seen
  std::size_t length_ = 0;  // bytes of the record's body still to come
  std::size_t count_ = 0;
  bool lost_ = false;  // nobody knows where records begin
};

}  // namespace pinhole::ftp
