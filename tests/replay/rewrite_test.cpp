// Conversations made up here, written as the far side of a NAT sees them, and read by two independent
// readers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dissector.hpp"
#include "hosts.hpp"
#include "played.hpp"

namespace pinhole::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const net::Endpoint kInside = endpoint("10.0.0.2", 21);  // a server behind the router
const net::Endpoint kGuest = endpoint("192.0.2.9", 4000);

/// Neither reader finds a fault.
void expect_sound(const Played& played) {
  EXPECT_THAT(played.far.faults(), ElementsAre());
  if (has_tshark()) {
    EXPECT_EQ(complaints(played.file->path()), "");
  }
}

/// A client behind SNAT that announces port 200 * 256 + 1 and is seen as `seen`.
Played active_session(const std::string& seen, std::string command, net::Seq client_isn = net::Seq(1000)) {
  Story story(kClient, kServer, client_isn.raw());
  story.log_in().client(command).server("200 fine\r\n").client("LIST\r\n");
  story.data(endpoint("198.51.100.2", 20), endpoint("192.168.1.10", 51201));
  story.server("150 coming\r\n226 done\r\n").client("QUIT\r\n").server("221 bye\r\n").close();
  return play(story, with_nat({"192.168.0.0/16=" + seen}));
}

TEST(Rewrite, PortGrowsShrinksOrStaysWithTheAddress) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"203.113.213.117", "203,113,213,117"}, {"9.9.9.9", "9,9,9,9"}, {"203.0.113.77", "203,0,113,77"}};
  for (const auto& [address, numbers] : cases) {
    SCOPED_TRACE(address);
    const auto played = active_session(address, "PORT 192,168,1,10,200,1\r\n");
    expect_sound(played);
    const auto seen = endpoint(address, 4000);
    EXPECT_EQ(played.far.text(seen, kServer),
              "USER u\r\nPASS p\r\nPORT " + numbers + ",200,1\r\nLIST\r\nQUIT\r\n");
    EXPECT_THAT(played.far.text(kServer, seen), HasSubstr("150 coming\r\n226 done\r\n221 bye"));
    EXPECT_EQ(played.far.text(endpoint("198.51.100.2", 20), endpoint(address, 51201)), "data");
    EXPECT_FALSE(played.far.has(kClient, kServer));

    ASSERT_EQ(played.report.negotiations.size(), 1u);
    const auto& negotiation = played.report.negotiations[0];
    EXPECT_EQ(negotiation.announced, endpoint("192.168.1.10", 51201));
    EXPECT_EQ(negotiation.rewritten, endpoint(address, 51201));
    EXPECT_EQ(negotiation.decision, alg::Decision::open);
    EXPECT_EQ(negotiation.data_connection, 0u);
    EXPECT_TRUE(played.report.data_connections.at(0).passes);
  }
}

TEST(Rewrite, SequenceNumbersMayWrap) {
  for (std::uint32_t before_end = 0; before_end < 60; before_end += 3) {
    SCOPED_TRACE(before_end);
    const auto played =
        active_session("203.113.213.117", "PORT 192,168,1,10,200,1\r\n", net::Seq(0) - before_end);
    EXPECT_THAT(played.far.faults(), ElementsAre());
    if (before_end == 30) expect_sound(played);
  }
}

TEST(Rewrite, EprtOverIpv6) {
  const auto client = endpoint("fd00::10", 4000);
  const auto server = endpoint("2001:db8::2", 21);
  Story story(client, server);
  story.log_in().client("EPRT |2|fd00::10|51201|\r\n").server("200 fine\r\n").client("RETR a\r\n");
  story.data(endpoint("2001:db8::2", 20), endpoint("fd00::10", 51201)).server("226 done\r\n").close();
  const auto played = play(story, with_nat({"fd00::/8=2001:db8:aaaa:bbbb:cccc:dddd:eeee:7"}));
  expect_sound(played);
  EXPECT_THAT(played.far.text(endpoint("2001:db8:aaaa:bbbb:cccc:dddd:eeee:7", 4000), server),
              HasSubstr("EPRT |2|2001:db8:aaaa:bbbb:cccc:dddd:eeee:7|51201|\r\nRETR a\r\n"));
  EXPECT_EQ(played.report.data_connections.size(), 1u);
  EXPECT_TRUE(played.report.data_connections[0].passes);
}

TEST(Rewrite, AServerBehindDnatAnnouncesWhatWasDialed) {
  Story story(kGuest, kInside);
  story.log_in().client("PASV\r\n").server("227 Entering Passive Mode (10,0,0,2,200,1).\r\n");
  story.data(endpoint("192.0.2.9", 4001), endpoint("10.0.0.2", 51201))
      .client("QUIT\r\n")
      .server("221 bye\r\n")
      .close();
  const auto played = play(story, with_nat({}, {"203.113.213.117=10.0.0.2"}));
  expect_sound(played);
  const auto dialed = endpoint("203.113.213.117", 21);
  EXPECT_THAT(played.far.text(dialed, kGuest), HasSubstr("203,113,213,117,200,1"));
  EXPECT_THAT(played.far.text(dialed, kGuest), HasSubstr("\r\n221 bye\r\n"));
  EXPECT_EQ(played.far.text(endpoint("192.0.2.9", 4001), endpoint("203.113.213.117", 51201)), "data");
  EXPECT_EQ(played.report.negotiations.at(0).rewritten, endpoint("203.113.213.117", 51201));
}

TEST(Rewrite, BothEndsTranslated) {
  Story story(kClient, kInside);
  story.log_in().client("PASV\r\n").server("227 Entering Passive Mode (10,0,0,2,200,1).\r\n");
  story.data(endpoint("192.168.1.10", 4001), endpoint("10.0.0.2", 51201)).server("226 done\r\n");
  story.client("PORT 192,168,1,10,200,2\r\n").server("200 fine\r\n").client("LIST\r\n");
  story.data(endpoint("10.0.0.2", 20), endpoint("192.168.1.10", 51202)).server("226 done\r\n").close();
  const auto played = play(story, with_nat({"192.168.0.0/16=203.0.113.99"}, {"203.0.113.7=10.0.0.2"}));
  expect_sound(played);
  const auto seen = endpoint("203.0.113.99", 4000);
  const auto dialed = endpoint("203.0.113.7", 21);
  EXPECT_THAT(played.far.text(dialed, seen), HasSubstr("203,0,113,7,200,1"));
  EXPECT_THAT(played.far.text(seen, dialed), HasSubstr("PORT 203,0,113,99,200,2\r\nLIST\r\n"));
  EXPECT_EQ(played.far.text(endpoint("203.0.113.99", 4001), endpoint("203.0.113.7", 51201)), "data");
  EXPECT_EQ(played.far.text(endpoint("203.0.113.7", 20), endpoint("203.0.113.99", 51202)), "data");
}

TEST(Rewrite, TenEditsInOneSession) {
  Story story(kClient, kServer);
  story.log_in();
  std::string expected = "USER u\r\nPASS p\r\n";
  for (int i = 0; i < 12; ++i) {
    const auto last = std::to_string(i);
    story.client("PORT 192,168,1,10,200," + last + "\r\n").server("200 fine\r\n").client("LIST\r\n");
    story.data(endpoint("198.51.100.2", 20), endpoint("192.168.1.10", static_cast<net::Port>(51200 + i)));
    story.server("226 done\r\n");
    expected += "PORT 203,113,213,117,200," + last + "\r\nLIST\r\n";
  }
  const auto played = play(story.close(), with_nat({"192.168.0.0/16=203.113.213.117"}));
  expect_sound(played);
  EXPECT_EQ(played.far.text(endpoint("203.113.213.117", 4000), kServer), expected);
  for (const auto& data : played.report.data_connections) EXPECT_TRUE(data.passes) << data.frame;
}

TEST(Rewrite, WithoutNatEverythingStaysAsItWas) {
  Story story(kClient, kServer);
  story.log_in().client("PORT 192,168,1,10,200,1\r\n").server("200 fine\r\n");
  story.data(endpoint("198.51.100.2", 20), endpoint("192.168.1.10", 51201)).close();
  const auto played = play(story, {});
  expect_sound(played);
  ASSERT_EQ(played.output.size(), story.frames().size());
  for (std::size_t i = 0; i < played.output.size(); ++i) {
    EXPECT_EQ(played.output[i].bytes, story.frames()[i].bytes) << i;
    EXPECT_EQ(played.output[i].time, story.frames()[i].time) << i;
  }
}

}  // namespace
}  // namespace pinhole::test
