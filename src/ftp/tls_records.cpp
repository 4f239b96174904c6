#include "pinhole/ftp/tls_records.hpp"

#include <algorithm>

namespace pinhole::ftp {
namespace {

constexpr std::uint8_t kFirstType = 20, kLastType = 24;  // change_cipher_spec to heartbeat
constexpr std::size_t kHeader = 5;                       // type, version (2), length (2)

constexpr std::size_t kLongest = (1u << 14) + 2048;  // RFC 5246 section 6.2.3; later versions allow less

bool is_type(std::uint8_t byte) {
  return kFirstType <= byte && byte <= kLastType;
}

}  // namespace

bool TlsRecords::begin(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeader || !is_type(bytes[0]) || bytes[1] != 3 || bytes[2] > 4) return false;
  const std::size_t length = std::size_t{bytes[3]} << 8 | bytes[4];
  return 0 < length && length <= kLongest;
}

void TlsRecords::skip(std::span<const std::uint8_t>& bytes) {
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
    if (header_ == 0 && !is_type(byte)) return;
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
