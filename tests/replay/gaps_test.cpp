// Bytes that a capture lacks: up to them everything is judged, then nothing up to the next certain beginning
// of a line, and of other sessions nothing changes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hosts.hpp"
#include "played.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using testing::EndsWith;
using testing::HasSubstr;

class Gaps : public testing::Test {
 protected:
  Gaps() { story.log_in(); }

  Played played() { return play(story, with_nat({"192.168.0.0/16=203.113.213.117"})); }

  /// Bytes of the client that come later, or never.
  void lose(std::string_view text) {
    lost = text;
    from = story.next(true);
    story.skip(true, text);
  }
  void find() { story.segment(true, from, lost); }

  /// A packet of the client's behind the gap, which the server acknowledges all the same.
  void behind_the_gap() { story.client("NOOP\r\n", false).acknowledge(false); }

  /// So many packets of the connection.
  void pass(int packets) {
    for (int i = 0; i < packets; ++i) story.acknowledge(false);
  }

  Story story{kClient, kServer};
  std::string_view lost;
  net::Seq from;
};

TEST_F(Gaps, WhatLiesBeforeOneIsJudged) {
  story.client(kPortLine).server("200 ok\r\n");
  lose("NOOP\r\n");
  for (int i = 0; i < 12; ++i) behind_the_gap();
  const auto result = played();
  ASSERT_EQ(result.report.negotiations.size(), 1u);
  EXPECT_EQ(result.report.negotiations[0].decision, alg::Decision::open);
  EXPECT_THAT(result.far.text(kSeen, kServer), HasSubstr(kPublicPortLine));
  EXPECT_FALSE(result.report.flows.at(0).gaps.empty());
}

/// The acknowledgment of the held packet is the first of them; what comes behind the ninth comes too late.
TEST_F(Gaps, JudgingEndsWithTheNinthPacketBehindWhatWaits) {
  lose("NOOP\r\n");
  behind_the_gap();
  const auto held = story.frame() - 1;
  pass(8);
  find();
  ASSERT_EQ(played().report.flows.at(0).gaps.size(), 1u);
  EXPECT_EQ(played().report.flows.at(0).gaps.at(0).first, held);
}

TEST_F(Gaps, BytesThatComeInTimeAreJudged) {
  lose("NOOP\r\n");
  story.client(kPortLine, false).acknowledge(false);
  pass(7);
  find();
  pass(12);
  const auto result = played();
  EXPECT_TRUE(result.report.flows.at(0).gaps.empty());
  ASSERT_EQ(result.report.negotiations.size(), 1u);
  EXPECT_THAT(result.far.text(kSeen, kServer), EndsWith(std::string("NOOP\r\n").append(kPublicPortLine)));
}

TEST_F(Gaps, BytesThatComeTooLateAreNot) {
  lose("NOOP\r\n");
  story.client(kPortLine, false).acknowledge(false);
  pass(8);
  find();
  const auto result = played();
  EXPECT_FALSE(result.report.flows.at(0).gaps.empty());
  EXPECT_TRUE(result.report.negotiations.empty());
  EXPECT_THAT(result.far.text(kSeen, kServer), EndsWith(std::string(kPortLine))) << "as it came";
}

/// The receiver waits for them too: they were lost on their way, and come again however long it takes.
TEST_F(Gaps, BytesThatNobodyAcknowledgedAreWaitedFor) {
  const auto before = story.next(true);
  lose("NOOP\r\n");
  story.client(kPortLine, false);
  for (int i = 0; i < 20; ++i) {
    const auto key = SegmentSpec{kServer, kClient, story.next(false), before, "", kAck};
    story.packet(make_segment(key));
  }
  find();
  story.acknowledge(false);
  const auto result = played();
  EXPECT_TRUE(result.report.flows.at(0).gaps.empty());
  EXPECT_EQ(result.report.negotiations.size(), 1u);
}

/// The public capture that this stands for has 689 PASVs and nine losses.
TEST_F(Gaps, BehindEachTheSessionIsJudgedAgain) {
  constexpr int kLosses = 9, kBetween = 20;
  for (int loss = 0; loss < kLosses; ++loss) {
    for (int i = 0; i < kBetween; ++i)
      story.client("PASV\r\n").server("227 (198,51,100,2,40," + std::to_string(i) + ")\r\n");
    if (loss % 2 == 0) {
      lose("NOOP\r\n");
      story.server("200 ok\r\n");
    } else {
      story.client("NOOP\r\n").skip(false, "200 ok\r\n");
    }
    for (int i = 0; i < 6; ++i) story.client("NOOP\r\n").server("200 ok\r\n");
  }
  const auto result = played();
  const auto& flow = result.report.flows.at(0);
  EXPECT_EQ(flow.gaps.size(), 9u);
  for (const auto& gap : flow.gaps) {
    ASSERT_TRUE(gap.last);
    EXPECT_LE(*gap.last - gap.first, 12u);
  }
  ASSERT_EQ(result.report.negotiations.size(), std::size_t{kLosses * kBetween});
  for (const auto& negotiation : result.report.negotiations)
    EXPECT_EQ(negotiation.reason, Reason::negotiated) << negotiation.frame;
}

TEST_F(Gaps, ALineWhoseBeginningIsMissingIsNotJudged) {
  lose("PORT 192,168,");
  for (int i = 0; i < 12; ++i) story.client("1,10,200,1\r\n", false).acknowledge(false);
  story.client(kPortLine);
  const auto result = played();
  ASSERT_EQ(result.report.negotiations.size(), 1u);
  EXPECT_EQ(result.report.negotiations[0].frame, story.frame() - 1);
}

TEST_F(Gaps, ALoginThatIsMissingIsTakenForGrantedByWhatFollows) {
  Story begun(kClient, kServer);
  begun.open().server("220 ready\r\n").client("USER u\r\n").server("331 who?\r\n");
  begun.skip(true, "PASS p\r\n").skip(false, "230 in\r\n");
  begun.client("PWD\r\n").server("257 \"/\"\r\n");
  for (int i = 0; i < 6; ++i) begun.client("CWD x\r\n").server("250 ok\r\n");
  begun.client(kPortLine).server("200 ok\r\n");
  const auto result = play(begun, with_nat({"192.168.0.0/16=203.113.213.117"}));
  ASSERT_EQ(result.report.negotiations.size(), 1u);
  EXPECT_EQ(result.report.negotiations[0].decision, alg::Decision::open);
}

TEST_F(Gaps, WhatIsNoFtpStaysSo) {
  story.client("GET / HTTP/1.1\r\n").server("200 ok\r\n");
  lose("NOOP\r\n");
  for (int i = 0; i < 12; ++i) story.client("NOOP\r\n").server("200 ok\r\n");
  story.client(kPortLine);
  const auto result = played();
  EXPECT_EQ(result.report.flows.at(0).not_ftp, Reason::not_ftp);
  for (const auto& negotiation : result.report.negotiations)
    EXPECT_EQ(negotiation.decision, alg::Decision::ignore);
}

TEST_F(Gaps, APinholeStaysOpenAcrossOne) {
  story.client(kPortLine).server("200 ok\r\n");
  lose("NOOP\r\n");
  for (int i = 0; i < 12; ++i) story.client("NOOP\r\n").server("200 ok\r\n");
  story.data(kDataServer, kAnnounced);
  EXPECT_TRUE(played().report.data_connections.at(0).passes);
}

TEST_F(Gaps, AnotherSessionIsJudgedOn) {
  story.client("NOOP\r\n")
      .server("200 ok\r\n");  // the other's packet waits as one that is older in its session
  lose("NOOP\r\n");
  behind_the_gap();
  const auto held = story.frame() - 1;
  Story other(endpoint("192.168.1.11", 4000), kServer, 7000, 900'000);
  other.log_in().skip(true, "NOOP\r\n").client("PORT 192,168,1,11,200,1\r\n", false);
  for (const auto& frame : other.frames()) story.frames().push_back(frame);  // the other's waits, too
  pass(12);
  const auto begun = other.frames().size();
  other.segment(true, other.next(true) - 6 - 25, "NOOP\r\n").acknowledge(false);
  for (std::size_t i = begun; i < other.frames().size(); ++i) story.frames().push_back(other.frames()[i]);
  const auto result = played();
  ASSERT_EQ(result.report.flows.size(), 2u);
  ASSERT_EQ(result.report.flows[0].gaps.size(), 1u);
  EXPECT_EQ(result.report.flows[0].gaps[0].first, held) << "of its own";
  EXPECT_TRUE(result.report.flows[1].gaps.empty());
  ASSERT_EQ(result.report.negotiations.size(), 1u);
  EXPECT_EQ(result.report.negotiations[0].flow, 1u);
  EXPECT_EQ(result.report.negotiations[0].decision, alg::Decision::open);
}

}  // namespace
}  // namespace pinhole::test
