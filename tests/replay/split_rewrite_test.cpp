// The far side when the near side splits, repeats, reorders and crowds its lines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dissector.hpp"
#include "hosts.hpp"
#include "played.hpp"

namespace pinhole::test {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

constexpr std::string_view kLogin = "USER u\r\nPASS p\r\n";

class SplitRewrite : public testing::Test {
 protected:
  SplitRewrite() { story.log_in(); }

  /// Ends the session; both readers find it sound, and the server has read `expected` after the login.
  void expect(const std::string& expected, bool ask_tshark = true) {
    const auto played = play(story.server("200 fine\r\n").client("NOOP\r\n").server("200 ok\r\n").close(),
                             with_nat({"192.168.0.0/16=203.113.213.117"}));
    EXPECT_THAT(played.far.faults(), ElementsAre());
    if (ask_tshark && has_tshark()) {
      EXPECT_EQ(complaints(played.file->path()), "");
    }
    EXPECT_EQ(played.far.text(kSeen, kServer), std::string(kLogin) + expected + "NOOP\r\n");
    EXPECT_THAT(played.far.text(kServer, kSeen), EndsWith("200 fine\r\n200 ok\r\n"));
    report = played.report;
  }

  Story story{kClient, kServer};
  pcap::Report report;
};

TEST_F(SplitRewrite, ALineInTwoSegmentsAcknowledgedInBetween) {
  for (std::size_t cut = 1; cut < kPortLine.size(); ++cut) {
    SCOPED_TRACE(cut);
    story = Story(kClient, kServer);
    story.log_in().client(kPortLine.substr(0, cut)).client(kPortLine.substr(cut));
    expect(kPublicPortLine, cut == 1 || cut + 1 == kPortLine.size());
    ASSERT_EQ(report.negotiations.size(), 1u);
    EXPECT_EQ(report.negotiations[0].decision, alg::Decision::open);
  }
}

TEST_F(SplitRewrite, ALineByteByByte) {
  for (const char byte : kPortLine) story.client({&byte, 1});
  const auto last = story.frame() - 1;  // its acknowledgment follows
  expect(kPublicPortLine);
  EXPECT_EQ(report.negotiations.at(0).frame, last);
}

TEST_F(SplitRewrite, ALongReplyBehindASplitLine) {
  story.client(kPortLine.substr(0, 9)).client(kPortLine.substr(9));
  std::string listing = "211-Status\r\n";
  story.server(listing);
  for (int i = 0; i < 20; ++i) story.server(" " + std::string(1000, 'x') + "\r\n");
  story.server("211 End\r\n");
  for (int i = 0; i < 10; ++i) story.client("NOOP " + std::string(400, 'y') + "\r\n");
  std::string noops;
  for (int i = 0; i < 10; ++i) noops += "NOOP " + std::string(400, 'y') + "\r\n";
  expect(kPublicPortLine + noops);
}

TEST_F(SplitRewrite, TwoLinesInOneSegment) {
  story.client("TYPE I\r\n" + kPortLine).server("200 binary\r\n");
  expect("TYPE I\r\n" + kPublicPortLine);
}

TEST_F(SplitRewrite, TwoEditsUnacknowledged) {
  story.client(kPortLine, false).client("PORT 192,168,1,10,200,2\r\n").server("200 fine\r\n");
  expect(kPublicPortLine + "PORT 203,113,213,117,200,2\r\n");
}

TEST_F(SplitRewrite, TheLineComesTwice) {
  const auto at = story.next(true);
  story.client(kPortLine).segment(true, at, kPortLine);
  expect(kPublicPortLine);
}

TEST_F(SplitRewrite, TheLineComesAgainCutDifferently) {
  const auto at = story.next(true);
  story.client(kPortLine, false)
      .segment(true, at, kPortLine.substr(0, 8))
      .segment(true, at + 8, kPortLine.substr(8));
  expect(kPublicPortLine);
}

TEST_F(SplitRewrite, SegmentsInTheWrongOrder) {
  const auto at = story.next(true);
  story.skip(true, kPortLine).segment(true, story.next(true), "NOOP\r\n").skip(true, "NOOP\r\n");
  story.segment(true, at, kPortLine).acknowledge(false);
  expect(kPublicPortLine + "NOOP\r\n");
}

TEST_F(SplitRewrite, FiveHundredPortsWithoutWaiting) {
  std::string expected;
  for (int i = 0; i < 500; ++i) {
    const auto numbers = std::to_string(200 + i / 250) + "," + std::to_string(i % 250);
    story.client("PORT 192,168,1,10," + numbers + "\r\n", i % 2 == 1);
    expected += "PORT 203,113,213,117," + numbers + "\r\n";
  }
  for (int i = 0; i < 499; ++i) story.server("200 fine\r\n");
  expect(expected);
  EXPECT_EQ(report.negotiations.size(), 500u);
}

TEST_F(SplitRewrite, AHundredPortsAndOneReply) {
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    story.client("PORT 192,168,1,10,200," + std::to_string(i) + "\r\n", false);
    expected += "PORT 203,113,213,117,200," + std::to_string(i) + "\r\n";
  }
  expect(expected);
}

TEST_F(SplitRewrite, FinWithTheLastLine) {
  story.client(kPortLine).server("200 fine\r\n");
  story.segment(true, story.next(true), kPortLine, kAck | kPsh | kFin);
  const auto played = play(story, with_nat({"192.168.0.0/16=203.113.213.117"}));
  EXPECT_THAT(played.far.faults(), ElementsAre());
  EXPECT_THAT(played.far.text(kSeen, kServer), EndsWith(kPublicPortLine + kPublicPortLine));
}

TEST_F(SplitRewrite, ResetInMidLine) {
  story.client(kPortLine.substr(0, 10)).segment(true, story.next(true), "", kRst);
  const auto played = play(story, with_nat({"192.168.0.0/16=203.113.213.117"}));
  EXPECT_THAT(played.far.faults(), ElementsAre());
  EXPECT_EQ(played.far.text(kSeen, kServer), kLogin);
}

}  // namespace
}  // namespace pinhole::test
