// Splits one direction's bytes into lines.
//
// A line ends with LF; one CR before it belongs to the end (RFC 959 says CRLF, the world also sends LF).
// Telnet commands (RFC 854: IAC with one or two bytes behind it) are no part of a line's text. Only the
// first `limit` bytes of a line are kept; a longer one still ends where it ends.
//
// A line whole in one call is not copied.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pinhole::stream {

struct Line {
  std::string_view text;              ///< of `raw`, without its end and without Telnet commands
  std::span<const std::uint8_t> raw;  ///< its first `limit` bytes as they came, the end included
  std::size_t length = 0;             ///< bytes on the wire, the end included
  std::size_t end_length = 0;         ///< of these, the end: 2 (CRLF), 1 (LF) or 0 (finish())
  bool overlong() const { return length > raw.size(); }
  bool has_telnet() const { return text.size() != content().size(); }
  /// What is kept of the line without its end.
  std::span<const std::uint8_t> content() const {
    return raw.first(std::min(raw.size(), length - end_length));
  }
};

class LineReader {
 public:
  explicit LineReader(std::size_t limit) : limit_(limit) {}

  /// Takes bytes off the front of `bytes` up to the end of a line; nullopt if they are used up before.
  /// The line is valid until the next call.
  std::optional<Line> next(std::span<const std::uint8_t>& bytes);

  /// Where the unfinished line stands, for rewind().
  struct Mark {
    std::size_t kept = 0;
    std::size_t length = 0;
    std::uint8_t last = 0;
  };
  Mark mark() const { return returned_ ? Mark{} : Mark{pending_.size(), length_, last_}; }

  /// Takes back the bytes of the one next() since: they will come again.
  void rewind(const Mark& mark);

  /// What is pending, as if it were a line: for the end of the stream, or when no more can be waited for.
  std::optional<Line> finish();

  /// Bytes on the wire of the unfinished line, and the first `limit` of them.
  std::size_t pending_length() const { return returned_ ? 0 : length_; }
  std::span<const std::uint8_t> pending() const {
    return std::span(pending_).first(returned_ ? 0 : pending_.size());
  }
  /// The text of the unfinished line so far; valid until the next call.
  std::string_view pending_text();

 private:
  void keep(std::span<const std::uint8_t> bytes);
  Line line_of(std::span<const std::uint8_t> raw, std::size_t length, std::size_t end_length);

  std::size_t limit_;
  std::vector<std::uint8_t> pending_;
  std::size_t length_ = 0;
  std::uint8_t last_ = 0;  // byte of the unfinished line, which may not be kept
  bool returned_ = false;  // pending_ belongs to a line that was handed out
  std::string text_;       // of a line with Telnet commands
};

/// `bytes` without Telnet commands; IAC IAC is the byte 255. An unfinished command at the end is left out.
void strip_telnet(std::span<const std::uint8_t> bytes, std::string& text);

}  // namespace pinhole::stream
