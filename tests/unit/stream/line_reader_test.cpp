#include "pinhole/stream/line_reader.hpp"

#include <gtest/gtest.h>

#include "unit/stream/lines.hpp"

namespace pinhole::test {
namespace {

using stream::LineReader;

constexpr std::size_t kLimit = 64;

std::vector<SeenLine> lines_of(std::string_view bytes, std::size_t limit = kLimit) {
  LineReader reader(limit);
  std::vector<SeenLine> lines;
  feed(reader, bytes, lines);
  return lines;
}

TEST(LineReader, CutsAtEveryLineFeed) {
  const auto lines = lines_of("TYPE I\r\nPORT 10,0,0,1,4,1\nLIST\r\n\r\n\nQU");
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0], (SeenLine{"TYPE I", "TYPE I\r\n", 8, 2}));
  EXPECT_EQ(lines[1], (SeenLine{"PORT 10,0,0,1,4,1", "PORT 10,0,0,1,4,1\n", 18, 1}));
  EXPECT_EQ(lines[2], (SeenLine{"LIST", "LIST\r\n", 6, 2}));
  EXPECT_EQ(lines[3], (SeenLine{"", "\r\n", 2, 2}));
  EXPECT_EQ(lines[4], (SeenLine{"", "\n", 1, 1}));
}

TEST(LineReader, OnlyOneCarriageReturnIsOfTheEnd) {
  EXPECT_EQ(lines_of("a\r\r\n")[0].text, "a\r");
  EXPECT_EQ(lines_of("a\rb\r\n")[0].text, "a\rb");
  EXPECT_EQ(lines_of("\r\r\n")[0].text, "\r");
}

TEST(LineReader, AnyOtherByteIsText) {
  for (int byte = 0; byte < 255; ++byte) {
    if (byte == '\n') continue;
    const std::string text{'a', static_cast<char>(byte), 'b'};
    EXPECT_EQ(lines_of(text + "\r\n")[0], (SeenLine{text, text + "\r\n", 5, 2})) << byte;
  }
}

TEST(LineReader, GivesTheSameLinesHoweverTheBytesAreCut) {
  const std::string bytes =
      "PORT 10,0,0,1,4,1\r\nNOOP\n\r\nRETR \xc3\xa4\r\n\xff\xf4\xff\xf2"
      "ABOR\r\nx\ry\r\n" +
      std::string(kLimit + 9, 'z') + "\r\nEND\r\n";
  const auto whole = lines_of(bytes);
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); second += 1 + second % 5) {
      LineReader reader(kLimit);
      std::vector<SeenLine> lines;
      feed(reader, std::string_view(bytes).substr(0, first), lines);
      feed(reader, std::string_view(bytes).substr(first, second - first), lines);
      feed(reader, std::string_view(bytes).substr(second), lines);
      ASSERT_EQ(lines, whole) << "cut at " << first << " and " << second;
    }
  }
  LineReader reader(kLimit);
  std::vector<SeenLine> lines;
  for (const char byte : bytes) feed(reader, {&byte, 1}, lines);
  EXPECT_EQ(lines, whole);
}

TEST(LineReader, DoesNotCopyALineThatIsWhole) {
  const std::string bytes = "NOOP\r\nPASV\r\n";
  LineReader reader(kLimit);
  auto rest = bytes_of(bytes);
  for (const std::size_t begin : {0u, 6u}) {
    const auto line = reader.next(rest);
    ASSERT_TRUE(line);
    EXPECT_EQ(line->raw.data(), bytes_of(bytes).data() + begin);
    EXPECT_EQ(static_cast<const void*>(line->text.data()), bytes.data() + begin);
  }
}

TEST(LineReader, TakesNoMoreThanOneLine) {
  LineReader reader(kLimit);
  auto rest = bytes_of("NOOP\r\nPASV\r\nQU");
  EXPECT_TRUE(reader.next(rest));
  EXPECT_EQ(text_of(rest), "PASV\r\nQU");
  EXPECT_TRUE(reader.next(rest));
  EXPECT_FALSE(reader.next(rest));
  EXPECT_TRUE(rest.empty());
}

TEST(LineReader, KeepsTheBeginningOfAnOverlongLine) {
  for (std::size_t length = 0; length < kLimit + 6; ++length) {
    const std::string text(length, 'x');
    const std::string raw = text + "\r\n";
    const auto lines = lines_of(raw + "NOOP\r\n");
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0],
              (SeenLine{text.substr(0, kLimit), raw.substr(0, kLimit), raw.size(), 2, raw.size() > kLimit}));
    EXPECT_EQ(lines[1].text, "NOOP");
  }
  const std::string text(kLimit + 1, 'x');
  EXPECT_EQ(lines_of(text + "\n")[0], (SeenLine{text.substr(1), text.substr(1), kLimit + 2, 1, true}));
}

TEST(LineReader, HoldsNoMoreThanItsLimitOfALineWithoutEnd) {
  LineReader reader(kLimit);
  for (std::size_t i = 1; i <= 1000; ++i) {
    auto piece = bytes_of("0123456789");
    EXPECT_FALSE(reader.next(piece));
    EXPECT_EQ(reader.pending_length(), i * 10);
    EXPECT_EQ(reader.pending().size(), std::min(i * 10, kLimit));
  }
  std::vector<SeenLine> lines;
  feed(reader, "\r\nQUIT\r\n", lines);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].length, 10'002u);
  EXPECT_EQ(lines[0].end_length, 2u);
  EXPECT_TRUE(lines[0].overlong);
  EXPECT_EQ(lines[1].text, "QUIT");
}

TEST(LineReader, TellsWhatIsPending) {
  LineReader reader(kLimit);
  EXPECT_EQ(reader.pending_length(), 0u);
  EXPECT_EQ(reader.pending_text(), "");
  auto piece = bytes_of("NOOP\r\nPO");
  EXPECT_TRUE(reader.next(piece));
  EXPECT_FALSE(reader.next(piece));
  EXPECT_EQ(reader.pending_text(), "PO");
  piece = bytes_of(
      "RT \xff\xf1"
      "1");
  EXPECT_FALSE(reader.next(piece));
  EXPECT_EQ(reader.pending_text(), "PORT 1");
  EXPECT_EQ(reader.pending_length(), 8u);
  EXPECT_EQ(text_of(reader.pending()),
            "PORT \xff\xf1"
            "1");
}

TEST(LineReader, HasNothingPendingBehindALineThatCameInPieces) {
  LineReader reader(kLimit);
  std::vector<SeenLine> lines;
  feed(reader, "PO", lines);
  feed(reader, "RT\r\n", lines);
  EXPECT_EQ(reader.pending_length(), 0u);
  EXPECT_TRUE(reader.pending().empty());
  EXPECT_EQ(reader.pending_text(), "");
  EXPECT_FALSE(reader.finish());
}

TEST(LineReader, FinishesWhatHasNoEnd) {
  LineReader reader(kLimit);
  std::vector<SeenLine> lines;
  feed(reader, "NOOP\r\nQUIT", lines);
  const auto line = reader.finish();
  ASSERT_TRUE(line);
  EXPECT_EQ(seen(*line), (SeenLine{"QUIT", "QUIT", 4, 0}));
  EXPECT_FALSE(reader.finish()) << "only once";
  lines.clear();
  feed(reader, "more\r", lines);
  EXPECT_TRUE(reader.finish());
  feed(reader, "\nmore\r\n", lines);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], (SeenLine{"", "\n", 1, 1}));
  EXPECT_EQ(lines[1].text, "more");
}

}  // namespace
}  // namespace pinhole::test
