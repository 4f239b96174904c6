// Ways around trust and filters that a server or a client may try, and honest sessions that look alike.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/offers.hpp"
#include "unit/control/refusals.hpp"

namespace pinhole::test {
namespace {

using namespace std::chrono_literals;
using alg::Decision;
using alg::Reason;
using alg::Side;
using Label = alg::Labels::State;

/// A raw segment of one side, with any acknowledgment; the model's packet numbers begin at 900.
void raw(Conversation& talk, Side side, net::Seq seq, net::Seq ack, std::string_view text,
         std::uint8_t flags) {
  static alg::PacketId id = 900;
  const auto key = talk.view.key(side);
  talk.gateway.packet(++id,
                      make_segment({.from = key.source,
                                    .to = key.destination,
                                    .seq = seq,
                                    .ack = ack,
                                    .payload = text,
                                    .flags = flags}),
                      talk.now);
}

TEST(EvasionOverlong, TelnetCommandsBeforeTheVerb) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  std::string line;
  for (int i = 0; i < 512; ++i) line += "\xff\xf2";  // IAC DM: ProFTPD skips them
  const auto before = talk.received(Side::server).size();
  talk.client(line + "DELE x\r\n");
  const auto read = talk.received(Side::server).substr(before);
  EXPECT_EQ(read.find("DELE"), std::string::npos) << "passed";
}

TEST(EvasionOverlong, BlanksBeforeTheVerb) {
  for (const std::size_t blanks : {1020u, 1021u, 1022u, 1023u, 1024u, 1030u}) {
    Conversation talk(nat::none(), denying({"DELE"}));
    talk.log_in();
    const auto before = talk.received(Side::server).size();
    talk.client(std::string(blanks, ' ') + "DELE x\r\n");
    const auto read = talk.received(Side::server).substr(before);
    EXPECT_EQ(read.find("DELE"), std::string::npos) << blanks << " passed";
  }
}

TEST(EvasionOverlong, BlanksBeforeTheVerbInPieces) {
  for (const std::size_t blanks : {1020u, 1021u, 1022u, 1023u, 1024u, 1030u}) {
    Conversation talk(nat::none(), denying({"DELE"}));
    talk.log_in();
    const auto before = talk.received(Side::server).size();
    talk.client(std::string(blanks, ' '));
    talk.client("DELE x\r\n");
    const auto read = talk.received(Side::server).substr(before);
    EXPECT_EQ(read.find("DELE"), std::string::npos) << blanks << " passed";
  }
}

TEST(EvasionFin, EndsAVerbThatHasNoArgument) {
  for (const bool together : {true, false}) {
    Conversation talk(nat::none(), denying({"STOU"}));
    talk.log_in();
    const auto before = talk.received(Side::server).size();
    if (together) {
      talk.say(Side::client, "STOU", kFin);
    } else {
      talk.client("STOU");
      talk.say(Side::client, "", kFin);
    }
    EXPECT_EQ(talk.received(Side::server).substr(before), together ? "" : "STOU");
    EXPECT_TRUE(was_reset(talk.last()));
    EXPECT_FALSE(talk.edge.refusals.empty()) << together;
  }
}

TEST(EvasionFin, EndsAnOfferThatWaits) {
  Conversation talk(nat::masquerade(), denying({"PORT"}));
  talk.log_in();
  const auto before = talk.received(Side::server).size();
  talk.client("PORT 1,2,3,4,50,60");
  talk.say(Side::client, "", kFin);
  EXPECT_EQ(talk.received(Side::server).substr(before).find("PORT 1,2,3,4,50,60"), std::string::npos);
}

TEST(EvasionAlias, PaswIsPasv) {
  Conversation talk(nat::none(), denying({"PASV"}));
  talk.log_in();
  EXPECT_NE(talk.client("P@SW\r\n"), "P@SW\r\n");
}

/// pyftpdlib answers an empty line; it has no TLS.
TEST(EvasionTls, AnAnswerTooManyTurnsTheFilterOff) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  talk.client("\r\nNOOP\r\nAUTH TLS\r\n");
  talk.server("500 Command \"\" not understood.\r\n");
  talk.server("200 I successfully did nothing'.\r\n");
  talk.server("500 Command \"AUTH\" not understood.\r\n");
  std::string record("\x16\x03\x01\x3f\x00", 5);
  const auto before = talk.received(Side::server).size();
  talk.client(record + "\r\nDELE x\r\n");
  EXPECT_EQ(talk.received(Side::server).substr(before).find("DELE"), std::string::npos);
}

TEST(EvasionTls, TheSameWithBothAnswersInOrder) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  talk.client("\r\nNOOP\r\nAUTH TLS\r\n");
  talk.server("500 Command \"\" not understood.\r\n");
  talk.server("200 I successfully did nothing'.\r\n");
  std::string record("\x16\x03\x01\x3f\x00", 5);
  const auto before = talk.received(Side::server).size();
  talk.client(record + "\r\nDELE x\r\n");
  talk.server("500 Command \"AUTH\" not understood.\r\n");
  talk.client("DELE y\r\n");
  EXPECT_EQ(talk.received(Side::server).substr(before).find("DELE"), std::string::npos);
}

TEST(EvasionSlipstream, ASecondSynAckThatAcknowledgesTheHeadOfThePost) {
  Conversation talk(nat::masquerade());
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n\r\n";
  const auto client = talk.next(Side::client), server = talk.next(Side::server);
  raw(talk, Side::server, server - 1, client, "", kSyn | kAck);
  // Never reach the browser: another number, so that the third one begins a session anew.
  raw(talk, Side::server, server + 5000, client, "", kSyn | kAck);
  raw(talk, Side::server, server - 1, client + static_cast<std::int64_t>(head.size()), "", kSyn | kAck);
  talk.client(head);
  talk.log_in();
  EXPECT_NE(talk.client(kOffer), kOfferEdited);
  EXPECT_TRUE(talk.tracker.opened.empty());
}

/// A packet that conntrack finds invalid is queued and looked up by its addresses.
TEST(EvasionSlipstream, AFirstPacketThatAcknowledgesTheHeadOfThePost) {
  for (const auto label : {Label::none, Label::greeting}) {
    Conversation talk(nat::masquerade());
    talk.tracker.labelled = {.fresh = label == Label::none, .state = label};
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n\r\n";
    const auto client = talk.next(Side::client), server = talk.next(Side::server);
    raw(talk, Side::server, server, client + static_cast<std::int64_t>(head.size()), "",
        kAck | kPsh | kFin * 0);
    talk.client(head);
    talk.log_in();
    EXPECT_NE(talk.client(kOffer), kOfferEdited) << int(label);
    EXPECT_TRUE(talk.tracker.opened.empty());
  }
}

/// A restart between the greeting and the client's first bytes: nothing of the client's can be missing.
TEST(EvasionSlipstream, OneLineOfGarbageAfterARestartAtTheGreeting) {
  Conversation talk(nat::masquerade());
  talk.tracker.labelled = {.state = Label::greeting};
  talk.client(std::string("\x00\x03\x01\x00\x21\x12\xa4\x42 a TURN request\r\n", 25));
  talk.client("USER u\r\n");
  talk.server("331 password\r\n");
  talk.client("PASS p\r\n");
  talk.server("230 welcome\r\n");
  EXPECT_NE(talk.client(kOffer), kOfferEdited);
  EXPECT_TRUE(talk.tracker.opened.empty());
}

/// A gap that the client leaves on purpose is given up; what fills it then passes unheard.
TEST(EvasionGap, ANulPassesInAGapThatWasGivenUp) {
  Conversation talk(nat::forward());
  talk.log_in();
  const std::string evil(
      "MKD a\0"
      "227 (10,0,0,2,12,234)\r\n",
      29);
  const auto before = talk.received(Side::server).size();
  const auto gap = talk.skip(Side::client, evil);
  const auto behind = talk.skip(Side::client, "NOOP\r\n");
  for (int i = 0; i < 12; ++i) {
    talk.now += 300ms;
    talk.resend(Side::client, behind, "NOOP\r\n");
  }
  talk.resend(Side::client, gap, evil);
  EXPECT_EQ(talk.received(Side::server).substr(before).find('\0'), std::string::npos);
}

/// A server that ends lines at CRLF only (pyftpdlib) gives one answer for what is two commands here; what
/// is left over is FEAT, whose reply quotes nobody.
TEST(EvasionQuoted, AReplyThatIsTakenForFeats) {
  Conversation talk(nat::forward());
  talk.log_in();
  talk.client("NOOP\nFEAT\r\n");
  talk.server("500 Command \"NOOP\nFEAT\" not understood.\r\n");
  talk.client("STAT .\r\nPASV\r\n");
  talk.server(
      "213-Status of \".\":\r\n-rw-r--r-- 1 u g 0 Jan 1 00:00 x\n213 End\n227 ok (10,0,0,2,12,234)\r\n");
  talk.server("213 End of status.\r\n227 Entering passive mode (10,0,0,2,200,10).\r\n");
  for (const auto& pinhole : talk.tracker.opened) EXPECT_NE(pinhole.forward_to.port, 3306);
}

/// A session that is found in the middle of a line: what ends the verb comes first.
TEST(EvasionJoint, AMiddleThatBeginsWithTheEndOfAVerb) {
  for (const std::string rest : {"\r\n", "\n", " NOOP\r\n", "\t LIST\r\n"}) {
    Conversation talk(nat::none(), denying({"STOU", "STOR"}));
    talk.tracker.labelled = {.unread = true, .state = Label::authorized};
    const auto before = talk.received(Side::server).size();
    talk.client(rest);
    EXPECT_NE(talk.received(Side::server).substr(before), rest) << "STOU or STOR may have left before it";
  }
}

/// The packet that is refused has few hops left; the RST to the server must not.
TEST(EvasionReset, ReachesTheServerWhateverTheHops) {
  Conversation talk(nat::none(), denying({"PASS"}));
  talk.server("220 ready\r\n");
  const auto key = talk.view.key(Side::client);
  talk.gateway.packet(990,
                      make_segment({.from = key.source,
                                    .to = key.destination,
                                    .seq = talk.next(Side::client),
                                    .ack = talk.next(Side::server),
                                    .payload = "PASS sec",
                                    .hops = 2}),
                      talk.now);
  const auto& given = talk.edge.verdicts.at(990);
  ASSERT_TRUE(was_reset(given));
  EXPECT_GT(given.packet[8], 2) << "it ends where the command would have ended";
}

/// What is no FTP any more does not become TLS, and clear text behind TLS counts only if both spoke it.
TEST(EvasionTls, ClearTextBehindTlsThatTheServerNeverSpoke) {
  Conversation talk(nat::masquerade());
  talk.server("220 ready\r\n");
  talk.client("AUTH TLS\r\n");
  talk.server("234 go\r\n");
  talk.server("200 clear text\r\n");
  talk.client(std::string("\x16\x03\x01\x00\x01z", 6));
  talk.client("NOOP\r\n");
  EXPECT_NE(talk.client(kOffer), kOfferEdited) << "nobody has logged in";
  EXPECT_TRUE(talk.tracker.opened.empty());
}

/// What the kernel's helper acts on does not leave as a part of a packet either.
TEST(EvasionHelper, ARequestThatIsLeftOfALongerPacket) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  const std::string request("\0\0\0\7\0\0\0\0", 8);
  const auto at = net::Seq(1000) - 8;
  talk.resend(Side::client, at, request + "USER u\r\n");
  const auto& given = talk.last();
  if (given.action == alg::Verdict::Action::replace) {
    const auto segment = std::get<net::TcpSegment>(net::TcpSegment::parse(given.packet));
    EXPECT_NE(segment.payload().size(), 8u);
  }
}

/// A directory's name is no request of another protocol.
TEST(HonestRefused, APathThatHoldsTheNameOfAProtocol) {
  for (const std::string line :
       {"CWD voice sip/logs\r\n", "RETR my http/readme.txt\r\n", "SIZE a rtsp/b\r\n"}) {
    Conversation talk(nat::masquerade());
    talk.log_in();
    talk.client(line);
    talk.server("250 ok\r\n");
    EXPECT_EQ(talk.client(kOffer), kOfferEdited) << line;
  }
}

TEST(EvasionAlias, WhatPyftpdlibReadsAsStat) {
  Conversation talk(nat::none(), denying({"STAT"}));
  talk.log_in();
  EXPECT_NE(talk.client("XSTAT .\r\n"), "XSTAT .\r\n");
}

/// What was said in TLS was not heard: it may have led to what is quoted.
TEST(EvasionQuoted, WhatWasSaidInTlsIsNotKnown) {
  Conversation talk(nat::forward());
  talk.log_in();
  talk.client("AUTH TLS\r\n");
  talk.server("234 go\r\n");
  const std::string record("\x17\x03\x03\x00\x01z", 6);
  talk.client(record);
  talk.server(record);
  talk.client("PWD\r\nPASV\r\n");
  talk.server("257 \"/x\n227 ok (10,0,0,2,12,234)\r\n");
  for (const auto& pinhole : talk.tracker.opened) EXPECT_NE(pinhole.forward_to.port, 3306);
}

/// STAT goes by in a gap; the PASV behind it looks as if it was sent alone.
TEST(EvasionGap, AStatInAGapThatWasGivenUp) {
  Conversation talk(nat::forward());
  talk.log_in();
  const auto gap = talk.skip(Side::client, "STAT .\r\n");
  const auto behind = talk.skip(Side::client, "PASV\r\n");
  for (int i = 0; i < 12; ++i) {
    talk.now += 300ms;
    talk.resend(Side::client, behind, "PASV\r\n");
  }
  talk.resend(Side::client, gap, "STAT .\r\n");
  talk.server("213-Status\r\n x\n213 End\n227 ok (10,0,0,2,12,234)\r\n213 End\r\n");
  for (const auto& pinhole : talk.tracker.opened) EXPECT_NE(pinhole.forward_to.port, 3306);
}

/// The same with a reply of one line.
TEST(EvasionGap, AnMkdInAGapThatWasGivenUp) {
  Conversation talk(nat::forward());
  talk.log_in();
  const std::string evil = "MKD x\n227 (10,0,0,2,12,234)\r\n";
  const auto gap = talk.skip(Side::client, evil);
  const auto behind = talk.skip(Side::client, "PASV\r\n");
  for (int i = 0; i < 12; ++i) {
    talk.now += 300ms;
    talk.resend(Side::client, behind, "PASV\r\n");
  }
  talk.resend(Side::client, gap, evil);
  talk.server("257 \"/x\n227 (10,0,0,2,12,234)\" directory created.\r\n");
  for (const auto& pinhole : talk.tracker.opened) EXPECT_NE(pinhole.forward_to.port, 3306);
}

/// The filter and bytes of a gap.
TEST(EvasionGap, NothingUnheardLeavesWhereCommandsAreFiltered) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  const auto before = talk.received(Side::server).size();
  const auto gap = talk.skip(Side::client, "DELE x\r\n");
  const auto behind = talk.skip(Side::client, "NOOP\r\n");
  for (int i = 0; i < 12; ++i) {
    talk.now += 300ms;
    talk.resend(Side::client, behind, "NOOP\r\n");
  }
  talk.resend(Side::client, gap, "DELE x\r\n");
  talk.resend(Side::client, gap, "DELE x\r\nNOOP\r\nNOOP\r\n");
  talk.resend(Side::client, gap - 3, "p\r\nDELE x\r\n");
  EXPECT_EQ(talk.received(Side::server).substr(before).find("DELE"), std::string::npos);
}

/// AUTH that is answered by a 234 which a listing holds.
TEST(EvasionTls, A234InAListing) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  talk.client("STAT -1\r\nAUTH TLS\r\n");
  talk.server("213-STAT\r\n234 a\r\n234 b\r\n");
  talk.client("NOOP\r\n");
  const std::string record("\x16\x03\x01\x3f\x00", 5);
  talk.client(record + "\r\nDELE x\r\n");
  EXPECT_EQ(talk.received(Side::server).find("DELE"), std::string::npos);
}

/// The same with other codes, which are no TLS by themselves.
TEST(EvasionTls, A200InAListing) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  talk.client("STAT -1\r\nAUTH TLS\r\n");
  talk.server("213-STAT\r\n200 a\r\n200 b\r\n");
  talk.client("NOOP\r\n");  // pushes the listing's lines out as replies
  const std::string record("\x16\x03\x01\x3f\x00", 5);
  talk.client(record + "\r\nDELE x\r\n");
  EXPECT_EQ(talk.received(Side::server).find("DELE"), std::string::npos);
}

/// The listing's lines are taken for replies by the very command that begins with TLS.
TEST(EvasionTls, A200InAListingOfTwoCommands) {
  Conversation talk(nat::none(), denying({"DELE"}));
  talk.log_in();
  talk.client("STAT -1\r\nAUTH TLS\r\n");
  talk.server("213-STAT\r\n200 a\r\n200 b\r\n");
  const std::string record("\x16\x03\x01\x3f\x00", 5);
  talk.client(record + "\r\nDELE x\r\n");
  EXPECT_EQ(talk.received(Side::server).find("DELE"), std::string::npos);
}

/// What is no FTP is none for ever.
TEST(EvasionTls, WhatIsNoFtpComesBackThroughTls) {
  Conversation talk(nat::masquerade());
  talk.server("220 ready\r\n");
  talk.client("AUTH TLS\r\n");
  talk.server("200 no\r\n");
  talk.client("POST / HTTP/1.1\r\n");
  EXPECT_EQ(talk.edge.not_ftp.size(), 1u);
  talk.client(std::string("\x16\x03\x01\x00\x01z", 6));
  EXPECT_EQ(talk.tracker.labels.at(talk.view.id).state, Label::not_ftp);
  talk.server("200 clear text\r\n");
  talk.client("NOOP\r\n");
  talk.client(kOffer);
  EXPECT_TRUE(talk.tracker.opened.empty());
}

}  // namespace
}  // namespace pinhole::test
