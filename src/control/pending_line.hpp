// The line that one side is saying: its bytes so far, and what was decided before its end.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "pinhole/alg/time.hpp"
#include "pinhole/stream/line_reader.hpp"

namespace pinhole::control {

/// Where the bytes of a line are: first those that have left, then those acknowledged locally, then those of
/// the packet being heard.
struct Extent {
  std::size_t left = 0;
  std::size_t acknowledged = 0;
  std::size_t here = 0;

  /// What can still be changed.
  std::size_t undecided() const { return acknowledged + here; }
  bool whole() const { return left == 0; }
};

class PendingLine {
 public:
  /// What was decided about the command before its line ended.
  enum class Verb : std::uint8_t { unknown, allowed, denied };

  /// `limit` bytes of a line are kept.
  explicit PendingLine(std::size_t limit) : limit_(limit), reader_(limit) {}

  /// As LineReader::next(). Of a line that is returned, say end() when everything about it is decided.
  std::optional<stream::Line> next(std::span<const std::uint8_t>& bytes) { return reader_.next(bytes); }
  void end() { told_ = {}; }

  /// Of a line of `length` bytes so far, the last `here` of which are in the packet being heard.
  static Extent extent(std::size_t length, std::size_t acknowledged, std::size_t here) {
    return {length - acknowledged - here, acknowledged, here};
  }

  std::size_t length() const { return reader_.pending_length(); }
  std::span<const std::uint8_t> bytes() const { return reader_.pending(); }
  std::string_view text() { return reader_.pending_text(); }
  /// Bytes that are kept of it.
  std::size_t remembered() const { return reader_.pending().size(); }

  Verb verb() const { return told_.verb; }
  void judge_verb(bool allowed) { told_.verb = allowed ? Verb::allowed : Verb::denied; }

  /// Its beginning has left masked.
  bool masked() const { return told_.masked; }
  void mask() { told_.masked = true; }

  /// It may be the end of a line whose beginning nobody heard.
  bool may_lack_beginning() const { return told_.may_lack_beginning; }
  void begin_in_the_middle() { told_.may_lack_beginning = true; }
  /// What comes next may be the end of anything.
  void restart() {
    *this = PendingLine(limit_);
    begin_in_the_middle();
  }

  /// It was reported as too long.
  bool length_reported() const { return told_.length_reported; }
  void report_length() { told_.length_reported = true; }

  /// A stray end in it was reported.
  bool stray_end_reported() const { return told_.stray_end_reported; }
  void report_stray_end() { told_.stray_end_reported = true; }

  /// When its first byte was acknowledged locally; meaningful while any is.
  alg::Time acknowledged_since() const { return told_.acknowledged_since; }
  void acknowledge(alg::Time now) { told_.acknowledged_since = now; }

  struct Mark {
    stream::LineReader::Mark bytes;
  };
  Mark mark() const { return {reader_.mark()}; }
  /// Takes back what next() did since: the bytes will come again.
  void rewind(const Mark& mark) { reader_.rewind(mark.bytes); }

 private:
  struct Told {
    Verb verb = Verb::unknown;
    bool masked = false;
    bool may_lack_beginning = false;
    bool length_reported = false;
    bool stray_end_reported = false;
    alg::Time acknowledged_since{};
  };

  std::size_t limit_;
  stream::LineReader reader_;
  Told told_;
};

}  // namespace pinhole::control
