// A NUL behind a line's end, as programs send it that count their strings' ends, begins the next line. It is
// nothing (RFC 854), to replies and commands alike.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "unit/control/offers.hpp"
#include "unit/control/refusals.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;
using alg::Decision;
using alg::Reason;
using alg::Side;

/// A session whose server, client or both end every line so.
void log_in(Conversation& talk, const std::string& clients, const std::string& servers) {
  talk.server("220 ready\r\n" + servers);
  talk.client("USER u\r\n" + clients);
  talk.server("331 who?\r\n" + servers);
  talk.client("PASS p\r\n" + clients);
  talk.server("230 in\r\n" + servers);
}

TEST(NulBehindALine, OfTheServerIsNothing) {
  Conversation talk(nat::both());
  log_in(talk, "", "\0"s);
  talk.client("PASV\r\n");
  EXPECT_EQ(talk.server("227 Here (10,0,0,2,200,10).\r\n\0"s), "227 Here (203,0,113,7,200,10).\r\n\0"s);
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

TEST(NulBehindALine, OfTheClientIsNothing) {
  Conversation talk(nat::masquerade());
  log_in(talk, "\0"s, "");
  EXPECT_EQ(talk.client(kOffer + "\0"s), kOfferEdited + "\0"s);
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
  EXPECT_TRUE(talk.edge.not_ftp.empty());
}

/// Wherever segments end.
TEST(NulBehindALine, IsNothingInPieces) {
  const std::string line = "\0PORT 192,168,1,10,200,10\r\n"s;
  for (std::size_t cut = 1; cut < line.size(); ++cut) {
    Conversation talk(nat::masquerade());
    talk.log_in();
    talk.client(line.substr(0, cut));
    talk.client(line.substr(cut));
    EXPECT_NE(talk.received(Side::server).find("PORT 203,0,113,7,200,10\r\n"), std::string::npos) << cut;
  }
}

TEST(NulBehindALine, HidesNoDeniedCommand) {
  Conversation talk(nat::none(), denying({"DELE"}));
  log_in(talk, "\0"s, "");
  EXPECT_EQ(talk.client("DELE a\r\n\0\0DELE b\r\n\0"s), "XXXX a\r\n\0\0XXXX b\r\n\0"s);
  EXPECT_EQ(talk.client("\0"s), "\0"s);
  EXPECT_EQ(talk.client("NOOP\r\n\0"s), "NOOP\r\n\0"s);
  EXPECT_EQ(talk.edge.refusals, (std::vector{Reason::command_denied, Reason::command_denied}));
}

/// Neither where clear text ends, nor in the packet that begins TLS, nor for the clear text behind it.
TEST(NulBehindALine, IsNoEndOfTls) {
  Conversation talk(nat::both());
  talk.server("220 ready\r\n\0"s);
  talk.client("AUTH TLS\r\n");
  talk.server("234 go ahead\r\n\0"s);
  const auto record = "\x16\x03\x03\x00\x02hi"s;
  for (const auto side : {Side::client, Side::server}) {
    talk.say(side, "\0"s);
    talk.say(side, record);
  }
  talk.client("PASV\r\n");
  EXPECT_EQ(talk.server("227 Here (10,0,0,2,200,10).\r\n\0"s), "227 Here (203,0,113,7,200,10).\r\n\0"s);
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

}  // namespace
}  // namespace pinhole::test
