// What a LineReader makes of bytes that come in pieces, copied out so that it can be compared.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pinhole/stream/line_reader.hpp"

namespace pinhole::test {

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string text_of(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

struct SeenLine {
  std::string text;
  std::string raw;
  std::size_t length = 0;
  std::size_t end_length = 0;
  bool overlong = false;
  bool telnet = false;

  bool operator==(const SeenLine&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const SeenLine& line) {
  return out << '"' << line.text << "\" raw \"" << line.raw << "\" length " << line.length << " end "
             << line.end_length << (line.overlong ? " overlong" : "") << (line.telnet ? " telnet" : "");
}

inline SeenLine seen(const stream::Line& line) {
  return {std::string(line.text), text_of(line.raw), line.length,
          line.end_length,        line.overlong(),   line.has_telnet()};
}

/// Takes one piece; appends the lines that end in it.
inline void feed(stream::LineReader& reader, std::string_view piece, std::vector<SeenLine>& lines) {
  // A copy of exactly its size: a read behind it is one behind the allocation.
  const std::vector<std::uint8_t> copy(piece.begin(), piece.end());
  std::span<const std::uint8_t> rest(copy);
  while (!rest.empty()) {
    if (const auto line = reader.next(rest)) lines.push_back(seen(*line));
  }
}

}  // namespace pinhole::test
