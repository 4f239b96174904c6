#include "pinhole/ftp/tls_records.hpp"

#include <algorithm>

namespace pinhole::ftp {
namespace {

constexpr std::uint8_t kFirstType = 20, kLastType = 24;  // change_cipher_spec to heartbeat
constexpr std::size_t kHeader = 5;                       // type, version (2), length (2)
constexpr std::uint8_t kMajor = 3, kLastMinor = 4;       // SSL 3.0 to TLS 1.3

}  // namespace

bool TlsRecords::begin_with(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= kHeader && bytes[0] >= kFirstType && bytes[0] <= kLastType && bytes[1] == kMajor &&
         bytes[2] <= kLastMinor;
}

bool TlsRecords::is_lost(std::span<const std::uint8_t> packet) const {
  return lost_ && !begin_with(packet);
}

void TlsRecords::skip(std::span<const std::uint8_t>& bytes) {
  if (is_lost(bytes)) {
    bytes = {};
    return;
  }
  lost_ = false;
  while (!bytes.empty()) {
    if (header_ == kHeader) {
      const auto step = std::min(length_, bytes.size());
      bytes = bytes.subspan(step);
      length_ -= step;
      if (length_ > 0) return;
      header_ = 0;
      ++count_;
      continue;
    }
    const std::uint8_t byte = bytes[0];
    if (header_ == 0 && (byte < kFirstType || byte > kLastType)) return;
    if (header_ >= 3) length_ = (length_ << 8 | byte) & 0xffff;
    ++header_;
    bytes = bytes.subspan(1);
    if (header_ == kHeader && length_ == 0) {
      header_ = 0;
      ++count_;
    }
  }
}

}  // namespace pinhole::ftp
