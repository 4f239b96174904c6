// A pinhole is for one data connection: the first that is established closes it, and no further one lives.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using alg::Side;

constexpr net::Port kFirst = 41'000;

class DataConnections : public testing::Test {
 protected:
  DataConnections() : talk(nat::masquerade()) { talk.log_in(); }

  void ask_for(const char* port = "40,0") {
    talk.client("PASV\r\n");
    talk.server("227 (198,51,100,2," + std::string(port) + ")\r\n");
  }
  /// The last packet of the client's handshake with the server's data port.
  void establish(net::Port from, net::Port to = 40 * 256) {
    talk.tracker.masters[from] = talk.view.key(Side::client);
    copy(from, to);
  }
  void copy(net::Port from, net::Port to = 40 * 256) {
    talk.gateway.data_connection(make_segment({.from = {talk.view.client.address, from},
                                               .to = {talk.view.dialed.address, to},
                                               .seq = net::Seq(1),
                                               .ack = net::Seq(1),
                                               .payload = {},
                                               .flags = kAck}));
  }

  Conversation talk;
};

TEST_F(DataConnections, OneThatIsEstablishedClosesItsPinhole) {
  ask_for();
  ASSERT_EQ(talk.tracker.open_now.size(), 1u);
  establish(kFirst);
  EXPECT_TRUE(talk.tracker.open_now.empty());
  ASSERT_EQ(talk.edge.connected.size(), 1u);
  EXPECT_EQ(talk.edge.connected[0].opener_port, kFirst);
  EXPECT_TRUE(talk.tracker.cut_off.empty());
}

TEST_F(DataConnections, AFurtherOneIsCutOff) {
  ask_for();
  establish(kFirst);
  establish(kFirst + 1);
  ASSERT_EQ(talk.tracker.cut_off.size(), 1u);
  EXPECT_EQ(talk.tracker.cut_off[0].source.port, kFirst + 1);
  EXPECT_EQ(talk.edge.connected.size(), 1u);
}

TEST_F(DataConnections, TheSameOneTwiceIsTheSame) {
  ask_for();
  establish(kFirst);
  establish(kFirst);
  EXPECT_TRUE(talk.tracker.cut_off.empty());
}

/// It was begun before its pinhole was closed, and took its time.
TEST_F(DataConnections, EachPinholesFirstOneLivesHoweverLate) {
  ask_for("40,0");
  ask_for("40,1");
  establish(kFirst, 40 * 256);
  EXPECT_TRUE(talk.tracker.cut_off.empty());
  EXPECT_EQ(talk.tracker.open_now.size(), 1u) << "that of the second";
  establish(kFirst + 1, 40 * 256);
  EXPECT_EQ(talk.tracker.cut_off.size(), 1u);
  establish(kFirst + 2, 40 * 256 + 1);
  EXPECT_EQ(talk.tracker.cut_off.size(), 1u);
  EXPECT_TRUE(talk.tracker.open_now.empty());
}

/// A server may have one data port, and name it each time.
TEST_F(DataConnections, APortThatIsNamedAgainMayBeUsedAgain) {
  for (net::Port turn = 0; turn < 3; ++turn) {
    ask_for();
    establish(static_cast<net::Port>(kFirst + turn));
    talk.client("RETR a\r\n");
    talk.server("150 opening\r\n226 done\r\n");
  }
  EXPECT_TRUE(talk.tracker.cut_off.empty());
  EXPECT_EQ(talk.edge.connected.size(), 3u);
}

/// What came through a pinhole that nobody remembers was begun long ago, so as to have many at once.
TEST_F(DataConnections, OneOfAForgottenPinholeIsCutOff) {
  for (int port = 0; port < 9; ++port) ask_for(("40," + std::to_string(port)).c_str());
  establish(kFirst, 40 * 256);
  EXPECT_EQ(talk.tracker.cut_off.size(), 1u);
}

TEST_F(DataConnections, OneOfASessionThatOpenedNothingIsLeftAlone) {
  establish(kFirst);
  EXPECT_TRUE(talk.tracker.cut_off.empty());
  EXPECT_TRUE(talk.edge.connected.empty());
}

TEST_F(DataConnections, OneOfNobodysPinholeIsLeftAlone) {
  ask_for();
  copy(kFirst);
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.gateway.data_connection({});
}

TEST_F(DataConnections, TheTransferIsStillAskedAfter) {
  ask_for();
  establish(kFirst);
  talk.client("RETR large\r\n");
  talk.server("150 opening\r\n");
  talk.gateway.tick(talk.now += std::chrono::seconds(11));
  EXPECT_EQ(talk.tracker.questions.size(), 1u);
}

TEST_F(DataConnections, APinholeThatIsInUseIsAStray) {
  ask_for();
  const auto listed = talk.tracker.list();
  establish(kFirst);
  talk.tracker.strays = listed;
  talk.gateway.answer(listed);
  EXPECT_EQ(talk.edge.closed, std::vector{Reason::stray});
}

// Where nothing tells that it was established, the end of the transfer does.

TEST_F(DataConnections, TheEndOfItsTransferClosesAPinhole) {
  ask_for();
  talk.client("RETR a\r\n");
  talk.server("150 opening\r\n");
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("226 done\r\n");
  EXPECT_TRUE(talk.tracker.open_now.empty());
  EXPECT_EQ(talk.edge.closed, std::vector{Reason::transfer_ended});
}

TEST_F(DataConnections, WhatBringsNoDataClosesNone) {
  ask_for();
  talk.client("RETR missing\r\n");
  talk.server("550 no such file\r\n");
  talk.client("NOOP\r\n");
  talk.server("200 ok\r\n");
  EXPECT_EQ(talk.tracker.open_now.size(), 1u) << "the client may ask for another file";
}

/// The client has all of the file, and does not wait for the server to say so.
TEST_F(DataConnections, TheEndOfAnEarlierTransferClosesNone) {
  talk.client("PORT 192,168,1,10,200,10\r\n");
  talk.server("200 ok\r\n");
  talk.client("RETR a\r\n");
  talk.server("150 opening\r\n");
  talk.client("PORT 192,168,1,10,200,11\r\n");
  ASSERT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("226 a is done\r\n");
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("200 ok\r\n");
  talk.client("RETR b\r\n");
  talk.server("150 opening\r\n");
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("226 b is done\r\n");
  EXPECT_TRUE(talk.tracker.open_now.empty());
}

TEST_F(DataConnections, TheEndOfATransferBeforeAnAnswerClosesNoneOfTheAnswer) {
  ask_for("40,0");
  talk.client("RETR a\r\n");
  talk.server("150 opening\r\n");
  talk.client("PASV\r\n");
  talk.client("RETR b\r\n");
  talk.server("226 a is done\r\n227 (198,51,100,2,40,1)\r\n");
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("150 opening\r\n");
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("226 b is done\r\n");
  EXPECT_TRUE(talk.tracker.open_now.empty());
}

TEST_F(DataConnections, ALateEndOfAnEarlierOrAnAbortedTransferClosesNone) {
  ask_for("40,0");
  talk.client("RETR a\r\n");
  talk.server("150 opening\r\n");
  talk.client("ABOR\r\nPASV\r\n");
  talk.server("227 (198,51,100,2,40,1)\r\n");  // it passes over what was open before
  talk.client("RETR b\r\n");
  talk.server("426 aborted\r\n");
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
  talk.server("226 abort is done\r\n");
  EXPECT_EQ(talk.tracker.open_now.size(), 1u);
}

}  // namespace
}  // namespace pinhole::test
