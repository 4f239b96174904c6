// Captures that can be read, and those that cannot: what is said about them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "pcap/writer.hpp"
#include "played.hpp"

namespace pinhole::test {
namespace {

using pcap::CaptureError;
using pcap::LinkType;
using pcap::Reader;
using testing::HasSubstr;

std::string why(const std::string& path) {
  try {
    Reader reader(path);
    return "";
  } catch (const CaptureError& error) {
    return error.what();
  }
}

Story small_story() {
  Story story(endpoint("192.0.2.1", 4000), endpoint("192.0.2.2", 21));
  story.open().server("220 ready\r\n");
  return story;
}

void put(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST(Reader, ReadsBackWhatWasWritten) {
  const auto story = small_story();
  const TemporaryFile file;
  write_file(file.path(), story);
  const auto frames = read_file(file.path());
  ASSERT_EQ(frames.size(), story.frames().size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].bytes, story.frames()[i].bytes);
    EXPECT_EQ(frames[i].time, story.frames()[i].time);
    EXPECT_EQ(frames[i].wire_length, story.frames()[i].wire_length);
  }
}

TEST(Reader, CountsFramesFromOne) {
  const TemporaryFile file;
  write_file(file.path(), small_story());
  Reader reader(file.path());
  EXPECT_EQ(reader.link_type(), LinkType::ethernet);
  EXPECT_EQ(reader.next()->number, 1u);
  EXPECT_EQ(reader.next()->number, 2u);
}

TEST(Reader, KeepsThePrecisionOfTheFile) {
  const std::chrono::nanoseconds time(1'700'000'000'123'456'789);
  const std::vector<std::uint8_t> bytes(60, 1);
  for (const bool microseconds : {false, true}) {
    const TemporaryFile file;
    pcap::Writer writer(file.path(), LinkType::ethernet, microseconds);
    writer.write(time, bytes, 60);
    writer.close();
    Reader reader(file.path());
    EXPECT_EQ(reader.microseconds(), microseconds);
    EXPECT_EQ(reader.next()->time.count(), microseconds ? 1'700'000'000'123'456'000 : time.count());
  }
}

TEST(Reader, SaysWhyAFileIsNoCapture) {
  EXPECT_THAT(why("/nonexistent.pcap"), HasSubstr("No such file"));
  EXPECT_THAT(why("/tmp"), HasSubstr("is a directory"));

  const TemporaryFile file;
  put(file.path(), "");
  EXPECT_THAT(why(file.path()), HasSubstr("is empty"));
  put(file.path(), "this is a letter, not a capture, and it goes on for a while");
  EXPECT_THAT(why(file.path()), HasSubstr("is not a readable capture"));
  put(file.path(), "\xd4\xc3\xb2");
  EXPECT_THAT(why(file.path()), HasSubstr("is not a readable capture"));
}

TEST(Reader, NamesAnUnknownLinkType) {
  const TemporaryFile file;
  write_file(file.path(), static_cast<LinkType>(147), {});
  EXPECT_THAT(why(file.path()), HasSubstr("unknown link type 147"));
}

TEST(Reader, ReadsUpToWhereTheFileIsCutOff) {
  const TemporaryFile file;
  const auto story = small_story();
  write_file(file.path(), story);
  const auto whole = contents(file.path());
  const std::size_t first_end = 24 + 16 + story.frames()[0].bytes.size();
  for (const std::size_t size : {first_end + 1, first_end + 15, first_end + 16, first_end + 20}) {
    put(file.path(), whole.substr(0, size));
    Reader reader(file.path());
    EXPECT_TRUE(reader.next());
    EXPECT_FALSE(reader.next());
    EXPECT_THAT(reader.complaint(), HasSubstr("beyond frame 1: truncated"));
    EXPECT_THAT(reader.complaint(), Not(HasSubstr("\n")));
    EXPECT_FALSE(reader.next());
  }
}

TEST(Reader, StopsAtGarbage) {
  const TemporaryFile file;
  write_file(file.path(), small_story());
  auto bytes = contents(file.path());
  bytes.replace(24 + 8, 4, "\xff\xff\xff\x7f");  // captured length of frame 1
  put(file.path(), bytes);
  Reader reader(file.path());
  EXPECT_FALSE(reader.next());
  EXPECT_THAT(reader.complaint(), HasSubstr("cannot be read beyond frame 0"));
}

TEST(Reader, ReadsAFifoThatSomebodyWritesTo) {
  const TemporaryFile capture, fifo;
  write_file(capture.path(), small_story());
  ASSERT_EQ(::mkfifo(fifo.path().c_str(), 0600), 0);
  std::thread writer([&] { put(fifo.path(), contents(capture.path())); });
  EXPECT_EQ(read_file(fifo.path()).size(), read_file(capture.path()).size());
  writer.join();
}

TEST(Writer, SaysWhyAFileCannotBeWritten) {
  try {
    pcap::Writer writer("/nonexistent/out.pcap", LinkType::ethernet, false);
    FAIL();
  } catch (const CaptureError& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent/out.pcap: No such file"));
  }
}

TEST(Writer, NoticesAFullDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
  pcap::Writer writer("/dev/full", LinkType::ethernet, false);
  writer.write({}, std::vector<std::uint8_t>(100), 100);
  EXPECT_THROW(writer.close(), CaptureError);
}

}  // namespace
}  // namespace pinhole::test
