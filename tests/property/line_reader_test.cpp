// The same lines however the bytes are cut.

#include <gtest/gtest.h>

#include "property/random.hpp"
#include "unit/stream/lines.hpp"

namespace pinhole::test {
namespace {

std::string random_stream(Random& random) {
  std::string stream;
  for (auto pieces = random.between(1, 40); pieces > 0; --pieces) {
    static constexpr std::string_view kPieces[] = {
        "\r\n",     "\r\n",     "\n",   "\r",           "NOOP",     "PORT 10,0,0,1,4,1", "227 (1,2,3,4,5,6)",
        "\xff\xf4", "\xff\xf2", "\xff", "\xff\xfd\x0a", "\xff\xff", "\xff\xfb\x01",      " "};
    if (random.chance(10)) {
      for (const auto byte : random.bytes(random.below(100))) stream += static_cast<char>(byte);
    } else {
      stream += random.one_of(kPieces);
    }
  }
  return stream;
}

TEST(LineReaderProperty, GivesTheSameLinesHoweverTheBytesAreCut) {
  for_random(2000, [](Random& random) {
    const auto stream = random_stream(random);
    const auto limit = random.between(1, 80);
    stream::LineReader whole(limit);
    std::vector<SeenLine> expected;
    feed(whole, stream, expected);

    stream::LineReader reader(limit);
    std::vector<SeenLine> lines;
    std::string_view rest = stream;
    while (!rest.empty()) {
      const auto length = std::min(rest.size(), random.between(1, random.chance(50) ? 3 : 60));
      feed(reader, rest.substr(0, length), lines);
      rest.remove_prefix(length);
    }
    ASSERT_EQ(lines, expected);
    ASSERT_EQ(reader.pending_length(), whole.pending_length());
    ASSERT_EQ(text_of(reader.pending()), text_of(whole.pending()));
    ASSERT_EQ(reader.pending_text(), whole.pending_text());
  });
}

TEST(LineReaderProperty, LosesNoByte) {
  for_random(2000, [](Random& random) {
    const auto stream = random_stream(random);
    stream::LineReader reader(stream.size());
    std::vector<SeenLine> lines;
    feed(reader, stream, lines);
    if (const auto last = reader.finish()) lines.push_back(seen(*last));
    std::string all;
    for (const auto& line : lines) {
      ASSERT_EQ(line.raw.size(), line.length);
      ASSERT_LE(line.text.size() + line.end_length, line.length);
      ASSERT_EQ(line.text.find('\n'), std::string::npos);
      if (!line.telnet) {
        ASSERT_EQ(line.text, line.raw.substr(0, line.length - line.end_length));
      }
      all += line.raw;
    }
    ASSERT_EQ(all, stream);
  });
}

}  // namespace
}  // namespace pinhole::test
