// stream::LineReader, against a splitter that has all the bytes at once.
//
//   1 byte      limit
//   1 byte n    cuts
//   n bytes     lengths of the pieces, in turn
//   the rest    the stream

#include "fuzz/input.hpp"
#include "support/law.hpp"
#include "unit/stream/lines.hpp"

namespace pinhole::fuzz {
namespace {

using test::feed;
using test::law;
using test::SeenLine;

/// RFC 854, written down a second time.
std::string without_telnet(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const auto iac = bytes.find('\xff');
    text += bytes.substr(0, iac);
    if (iac == bytes.npos || iac + 1 == bytes.size()) break;
    const auto command = static_cast<std::uint8_t>(bytes[iac + 1]);
    if (command == 255) text += '\xff';
    const std::size_t length = command >= 251 && command <= 254 ? 3 : 2;
    bytes.remove_prefix(std::min(bytes.size(), iac + length));
  }
  return text;
}

SeenLine expected_line(std::string_view line, std::size_t end_length, std::size_t limit) {
  SeenLine seen;
  seen.length = line.size();
  seen.end_length = end_length;
  seen.raw = line.substr(0, limit);
  const auto content = line.substr(0, std::min(limit, line.size() - end_length));
  seen.text = without_telnet(content);
  seen.overlong = line.size() > limit;
  seen.telnet = seen.text.size() != content.size();
  return seen;
}

/// Takes the whole lines off the front of `stream`.
std::vector<SeenLine> expected_lines(std::string_view& stream, std::size_t limit) {
  std::vector<SeenLine> lines;
  for (std::size_t end; (end = stream.find('\n')) != stream.npos;) {
    const auto line = stream.substr(0, end + 1);
    lines.push_back(expected_line(line, line.ends_with("\r\n") ? 2 : 1, limit));
    stream.remove_prefix(line.size());
  }
  return lines;
}

void check_pending(stream::LineReader& reader, std::string_view pending, std::size_t limit) {
  law(reader.pending_length() == pending.size(), "pending_length() counts all bytes of the unfinished line");
  law(test::text_of(reader.pending()) == pending.substr(0, limit), "pending() holds its first bytes");
  law(reader.pending_text() == without_telnet(pending.substr(0, limit)), "pending_text() is their text");
}

void run(Input input) {
  const std::size_t limit = input.u8() + std::size_t{1};
  const auto cuts = input.bytes(input.u8());
  const auto bytes = input.rest();
  const auto stream = text_of(bytes);

  stream::LineReader whole(limit), reader(limit);
  std::vector<SeenLine> lines, lines_of_whole;
  feed(whole, stream, lines_of_whole);
  std::size_t fed = 0;
  for (std::size_t i = 0; fed < stream.size(); ++i) {
    const std::size_t length = cuts.empty() ? stream.size() : cuts[i % cuts.size()] + std::size_t{1};
    feed(reader, stream.substr(fed, length), lines);
    fed = std::min(stream.size(), fed + length);
    const auto line_begin = stream.substr(0, fed).rfind('\n') + 1;  // npos + 1 is 0
    check_pending(reader, stream.substr(line_begin, fed - line_begin), limit);
  }

  auto rest = stream;
  const auto expected = expected_lines(rest, limit);
  law(lines_of_whole == expected, "other lines than a plain reader's");
  law(lines == expected, "other lines because the bytes came in pieces");
  check_pending(whole, rest, limit);
  const auto last = reader.finish();
  law(last.has_value() == !rest.empty(), "finish() gives what is pending, and nothing else");
  if (last) law(test::seen(*last) == expected_line(rest, 0, limit), "finish() gives another line");
  check_pending(reader, {}, limit);
  law(!reader.finish(), "finish() gives a line twice");
}

}  // namespace
}  // namespace pinhole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinhole::fuzz::run({data, size});
  return 0;
}
