// Telnet commands among FTP lines (RFC 854, RFC 959 section 4.1.3).

#include <gtest/gtest.h>

#include "unit/stream/lines.hpp"

namespace pinhole::test {
namespace {

using stream::LineReader;

std::vector<SeenLine> lines_with_telnet(std::string_view bytes) {
  LineReader reader(100);
  std::vector<SeenLine> lines;
  feed(reader, bytes, lines);
  return lines;
}

TEST(Telnet, CommandsAreNoText) {
  struct Row {
    std::string bytes, text;
  };
  const Row rows[] = {
      {"\xff\xf4\xff\xf2"
       "ABOR",
       "ABOR"},  // IP, DM: how ABOR is sent
      {"\xff\xf4\xf2"
       "ABOR",
       "\xf2"
       "ABOR"},                                    // DM without IAC, as some clients send it
      {"AB\xff\xf1OR", "ABOR"},                    // NOP inside
      {"ABOR\xff\xf9", "ABOR"},                    // GA behind
      {"\xff\xfb\x01USER x", "USER x"},            // WILL ECHO
      {"\xff\xfc\x01USER x", "USER x"},            // WONT
      {"\xff\xfd\x01USER x", "USER x"},            // DO
      {"\xff\xfe\x01USER x", "USER x"},            // DONT
      {"PO\xff\xfd\xffRT", "PORT"},                // an option of 255
      {"RETR \xff\xff", "RETR \xff"},              // an escaped 255
      {"RETR \xff\xff\xff\xff", "RETR \xff\xff"},  //
      {"RETR \xff\xff\xf4", "RETR \xff\xf4"},      // escaped, and then no command
      {"\xff\xf4\xff\xf4\xff\xf4", ""},            //
      {"NOOP\xff", "NOOP"},                        // cut short by the line's end
      {"NOOP\xff\xfb", "NOOP"},                    //
      {"P\xff"
       "ORT",
       "PRT"},  // an undefined command is one byte
      {"PORT 10,0,0,\xff\xf1"
       "1,4,1",
       "PORT 10,0,0,1,4,1"},  //
  };
  for (const auto& [bytes, text] : rows) {
    const auto lines = lines_with_telnet(bytes + "\r\n");
    ASSERT_EQ(lines.size(), 1u) << bytes;
    EXPECT_EQ(lines[0], (SeenLine{text, bytes + "\r\n", bytes.size() + 2, 2, false, true})) << bytes;
  }
}

TEST(Telnet, AnEscaped255AloneIsToldToo) {  // the text is not what stands on the wire
  const auto lines = lines_with_telnet("RETR \xff\xff\r\nRETR x\r\n");
  EXPECT_TRUE(lines[0].telnet);
  EXPECT_FALSE(lines[1].telnet);
}

TEST(Telnet, ALineFeedEndsALineEvenInsideACommand) {
  const auto lines = lines_with_telnet("NOOP\xff\nSYST\xff\xfd\nPWD\n");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].text, "NOOP");
  EXPECT_EQ(lines[1].text, "SYST");
  EXPECT_EQ(lines[2].text, "PWD");
}

TEST(Telnet, CommandsOfAnOverlongLineAreTold) {
  const auto lines =
      lines_with_telnet("\xff\xf4" + std::string(200, 'x') + "\r\n" + std::string(200, 'y') + "\r\n");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].overlong && lines[0].telnet);
  EXPECT_EQ(lines[0].text, std::string(98, 'x'));
  EXPECT_TRUE(lines[1].overlong && !lines[1].telnet);
}

TEST(Telnet, AnUnfinishedCommandIsNotPendingText) {
  LineReader reader(100);
  std::vector<SeenLine> lines;
  const std::pair<const char*, const char*> steps[] = {
      {"PO\xff", "PO"}, {"\xfd", "PO"},   {"\x01", "PO"},
      {"RT", "PORT"},   {"\xff", "PORT"}, {"\xff", "PORT\xff"},
  };
  for (const auto& [piece, text] : steps) {
    feed(reader, piece, lines);
    EXPECT_EQ(reader.pending_text(), text);
  }
}

TEST(StripTelnet, ForgetsWhatTheTextWasBefore) {
  std::string text = "old";
  stream::strip_telnet(bytes_of("ne\xff\xf1w"), text);
  EXPECT_EQ(text, "new");
  stream::strip_telnet({}, text);
  EXPECT_EQ(text, "");
}

}  // namespace
}  // namespace pinhole::test
