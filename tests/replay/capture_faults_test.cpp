// Captures as they are: begun in the middle, with frames lost, truncated by the snap length, of any link
// type.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/replay_output.hpp"
#include "dissector.hpp"
#include "hosts.hpp"
#include "played.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class CaptureFaults : public testing::Test {
 protected:
  Played played() { return play(story, with_nat({"192.168.0.0/16=203.113.213.117"})); }

  /// The snap length takes the end off the last frame.
  void truncate(std::size_t left) { story.frames().back().bytes.resize(left); }

  Story story{kClient, kServer};
};

TEST_F(CaptureFaults, ASessionSeenFromItsMiddleGetsNothing) {
  story.server("226 done\r\n").client(kPortLine).server("200 ok\r\n").syn(kDataServer, kAnnounced);
  const auto result = played();
  ASSERT_EQ(result.report.flows.size(), 1u);
  EXPECT_EQ(result.report.flows[0].view.client, kClient);
  EXPECT_EQ(result.report.flows[0].not_ftp, Reason::mid_stream);
  EXPECT_EQ(result.report.data_connections.at(0).reason, Reason::not_negotiated);
  EXPECT_EQ(result.far.text(kSeen, kServer), kPortLine);
}

TEST_F(CaptureFaults, TheEndWithTheControlPortIsTheServer) {
  story.server("220 ready\r\n").client("USER u\r\n");
  EXPECT_EQ(played().report.flows.at(0).view.server, kServer);
}

TEST_F(CaptureFaults, WhereBytesAreMissingTheJudgingPauses) {
  story.log_in().skip(true, "NOOP\r\n");
  for (int i = 0; i < 12; ++i) story.client("NOOP\r\n").server("200 ok\r\n");
  story.client(kPortLine).syn(kDataServer, kAnnounced).close();
  const auto result = played();
  EXPECT_EQ(result.report.flows.at(0).gaps.size(), 1u);
  ASSERT_EQ(result.report.negotiations.size(), 1u);
  EXPECT_EQ(result.report.negotiations[0].decision, alg::Decision::open);
  EXPECT_TRUE(result.report.data_connections.at(0).passes);
  EXPECT_EQ(result.far.faults().size(), 1u);  // the one the capture has
  EXPECT_THAT(app::report_gaps(result.report), ElementsAre(HasSubstr("bytes are missing from the capture")));
}

TEST_F(CaptureFaults, BytesMissingAtTheEnd) {
  story.log_in().skip(true, "NOOP\r\n").client("NOOP\r\n");
  const auto result = played();
  EXPECT_FALSE(result.report.flows.at(0).gaps.empty());
  EXPECT_EQ(result.far.faults().size(), 1u);
  EXPECT_THAT(result.far.text(kSeen, kServer), EndsWith("NOOP\r\n"));
}

TEST_F(CaptureFaults, AnAcknowledgmentCapturedBeforeItsBytes) {
  story.open().server("220 ready\r\n", false).client("USER u\r\n");
  std::swap(story.frames()[3], story.frames()[4]);
  const auto result = played();
  EXPECT_EQ(result.far.text(kServer, kSeen), "220 ready\r\n");
  EXPECT_EQ(result.far.text(kSeen, kServer), "USER u\r\n");
  EXPECT_EQ(result.output.size(), story.frames().size());
}

TEST_F(CaptureFaults, APayloadCutByTheSnapLengthCannotBeJudged) {
  story.log_in().client(kPortLine, false);
  truncate(80);
  story.acknowledge(false).server("200 ok\r\n").close();
  const auto result = played();
  EXPECT_EQ(result.report.counts.truncated_control, 1u);
  EXPECT_TRUE(result.report.negotiations.empty());
  EXPECT_EQ(result.output.size(), story.frames().size());
  EXPECT_THAT(
      app::report_gaps(result.report),
      ElementsAre(HasSubstr("flow 0: not inspected, as bytes are missing from the capture: frame 14 on"),
                  HasSubstr("truncated by the snap length")));
}

TEST_F(CaptureFaults, CutDataIsWrittenAsCutAsItWas) {
  story.log_in().client(kPortLine).server("200 ok\r\n");
  const auto begin = story.frames().size();
  story.data(kDataServer, kAnnounced, std::string(1000, 'd')).close();
  auto& frame = story.frames()[begin + 3];
  frame.bytes.resize(68);
  const auto result = played();
  const auto& written = result.output.at(begin + 3);
  EXPECT_EQ(written.bytes.size(), 68u);
  EXPECT_EQ(written.wire_length, frame.wire_length);
  EXPECT_EQ(written.bytes[16] << 8 | written.bytes[17], 1052);  // the IP length
  EXPECT_TRUE(app::report_gaps(result.report).empty());
  if (has_tshark()) {
    EXPECT_EQ(complaints(result.file->path()), "");
  }
}

TEST_F(CaptureFaults, CutHeadersAreCounted) {
  story.log_in();
  truncate(50);
  const auto result = played();
  EXPECT_EQ(result.report.counts.truncated, 1u);
  EXPECT_THAT(app::report_gaps(result.report),
              ElementsAre(HasSubstr("1 packet truncated by the snap length")));
}

TEST_F(CaptureFaults, FragmentsAreCounted) {
  story.log_in();
  auto fragment = make_segment({kClient, kServer, net::Seq(1), net::Seq(1), "x"});
  fragment[6] = 0x20;  // more fragments
  story.packet(fragment).packet(fragment);
  const auto result = played();
  EXPECT_EQ(result.report.counts.fragments, 2u);
  EXPECT_THAT(app::report_gaps(result.report), ElementsAre(HasSubstr("2 packets not read: IP fragments")));
}

TEST_F(CaptureFaults, FramesWithoutIpAreSkipped) {
  story.log_in();
  const std::vector<std::uint8_t> arp{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x06, 0, 1};
  story.frames().push_back({{}, arp, arp.size()});
  story.frames().push_back({{}, {}, 0});
  story.client(kPortLine);
  const auto result = played();
  EXPECT_EQ(result.report.counts.frames, story.frames().size());
  EXPECT_EQ(result.report.negotiations.at(0).frame, story.frames().size() - 1);
}

TEST_F(CaptureFaults, EveryLinkType) {
  using pcap::LinkType;
  const std::vector<std::pair<LinkType, std::vector<std::uint8_t>>> links{
      {LinkType::raw, {}},
      {LinkType::ipv4, {}},
      {LinkType::null, {2, 0, 0, 0}},
      {LinkType::loop, {0, 0, 0, 2}},
      {LinkType::linux_sll, {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}},
      {LinkType::linux_sll2, {8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0}},
      {LinkType::ethernet, {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xa8, 0, 9, 0x81, 0, 0, 7, 8, 0}},
      {LinkType::ethernet, {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0x64, 0x11, 0, 0, 5, 0, 0, 0, 0x21}},
  };
  for (const auto& [type, header] : links) {
    SCOPED_TRACE(static_cast<int>(type));
    story = Story(kClient, kServer);
    story.link(type, header);
    story.log_in().client(kPortLine).server("200 ok\r\n").data(kDataServer, kAnnounced).close();
    const auto result = played();
    EXPECT_THAT(result.far.faults(), ElementsAre());
    EXPECT_THAT(result.far.text(kSeen, kServer), HasSubstr("PORT 203,113,213,117,200,1\r\n"));
    ASSERT_EQ(result.output.size(), story.frames().size());
    const auto& written = result.output[12].bytes;
    if (header.size() == 22 && header[12] == 0x88 && header[13] == 0x64) {
      EXPECT_EQ(written[18] << 8 | written[19], static_cast<int>(written.size()) - 20);
    } else {
      EXPECT_TRUE(std::equal(header.begin(), header.end(), written.begin()));
    }
  }
}

TEST_F(CaptureFaults, ClocksAreSetBack) {
  story.log_in().client(kPortLine).wait(std::chrono::seconds(-3600)).syn(kDataServer, kAnnounced);
  const auto result = played();
  EXPECT_TRUE(result.report.data_connections.at(0).passes);
  EXPECT_EQ(result.output.back().time, story.frames().back().time);
}

}  // namespace
}  // namespace pinhole::test
