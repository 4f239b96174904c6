#include "pinhole/ftp/tls_records.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pinhole::ftp {
namespace {

std::string record(std::uint8_t type, std::size_t length) {
  std::string bytes{static_cast<char>(type), 3, 3, static_cast<char>(length >> 8), static_cast<char>(length)};
  // A body that would be a command, if anybody looked.
  for (std::size_t i = 0; i < length; ++i) bytes.push_back("PORT 10,0,0,1,4,1\r\n"[i % 19]);
  return bytes;
}

/// Feeds `stream` in the given pieces; returns what is left of the first piece that is not all records.
std::string left_of(TlsRecords& records, std::string_view stream, const std::vector<std::size_t>& pieces) {
  for (std::size_t begin = 0, i = 0; begin < stream.size(); ++i) {
    const auto piece = stream.substr(begin, i < pieces.size() ? pieces[i] : stream.npos);
    std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size());
    records.skip(bytes);
    if (!bytes.empty()) return std::string(piece.substr(piece.size() - bytes.size()));
    begin += piece.size();
  }
  return {};
}

TEST(TlsRecords, AreSkippedWhole) {
  TlsRecords records;
  EXPECT_EQ(left_of(records, record(22, 512) + record(20, 1) + record(23, 40), {}), "");
  EXPECT_EQ(records.count(), 3u);
}

TEST(TlsRecords, KnowsEveryContentType) {
  for (unsigned type = 0; type < 256; ++type) {
    TlsRecords records;
    const auto bytes = record(static_cast<std::uint8_t>(type), 3);
    const bool is_record = type >= 20 && type <= 24;
    EXPECT_EQ(left_of(records, bytes, {}), is_record ? "" : bytes) << type;
    EXPECT_EQ(records.count(), is_record ? 1u : 0u);
  }
}

TEST(TlsRecords, ClearTextBehindThemIsLeft) {
  const std::string clear = "PASV\r\n";
  const std::string stream = record(23, 19) + record(21, 2) + clear;
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = 1; second <= 8; ++second) {
      TlsRecords records;
      const auto left = left_of(records, stream, {first, second});
      // In its own piece the clear text begins where the piece does, else behind the records.
      EXPECT_FALSE(left.empty());
      EXPECT_TRUE(clear.starts_with(left)) << first << " and " << second << " bytes: " << left;
      EXPECT_EQ(records.count(), 2u);
    }
  }
}

TEST(TlsRecords, AnEmptyRecordIsOne) {
  TlsRecords records;
  EXPECT_EQ(left_of(records, record(23, 0) + record(23, 0) + "QUIT", {}), "QUIT");
  EXPECT_EQ(records.count(), 2u);
}

TEST(TlsRecords, OfTheLargestLengthIsSkippedByteByByte) {
  const auto bytes = record(23, 65535);
  TlsRecords records;
  EXPECT_EQ(left_of(records, bytes + "x", std::vector<std::size_t>(bytes.size(), 1)), "x");
  EXPECT_EQ(records.count(), 1u);
}

TEST(TlsRecords, AnUnfinishedOneDoesNotCount) {
  const auto bytes = record(22, 4);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    TlsRecords records;
    EXPECT_EQ(left_of(records, bytes.substr(0, length), {}), "");
    EXPECT_EQ(records.count(), 0u) << length;
  }
}

}  // namespace
}  // namespace pinhole::ftp
