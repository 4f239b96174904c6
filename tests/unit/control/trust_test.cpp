// What is believed of a connection that is seen for the first time, and what is written into its entry.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/offers.hpp"

namespace pinhole::test {
namespace {

using alg::Decision;
using alg::Labels;
using alg::Reason;
using alg::Side;
using Label = Labels::State;

Labels labels_of(const Conversation& talk) {
  const auto written = talk.tracker.labels.find(talk.view.id);
  return written == talk.tracker.labels.end() ? talk.tracker.labelled : written->second;
}

/// A second SYN-ACK, of any number.
void shake_hands(Conversation& talk, net::Seq seq = net::Seq(4999)) {
  talk.resend(Side::server, seq, "", kSyn);
}

void expect_unbelieved(Conversation& talk) {
  talk.log_in();
  EXPECT_EQ(talk.client(kOffer), kOffer);
  EXPECT_EQ(talk.negotiation().decision, Decision::ignore);
  EXPECT_TRUE(talk.tracker.opened.empty());
}

TEST(Trust, WhatIsHeardIsWrittenBeforeItGoesOn) {
  Conversation talk(nat::masquerade());
  shake_hands(talk);
  EXPECT_EQ(labels_of(talk), (Labels{.fresh = true})) << "nothing was said";
  talk.server("220 ready\r\n");
  EXPECT_EQ(labels_of(talk), (Labels{.state = Label::greeting}));
  talk.client("USER u\r\n");
  EXPECT_EQ(labels_of(talk), (Labels{.state = Label::login}));
  talk.server("331 password\r\n");
  talk.client("PASS p\r\n");
  EXPECT_EQ(labels_of(talk), (Labels{.state = Label::login}));
  talk.server("230 welcome\r\n");
  EXPECT_EQ(labels_of(talk), (Labels{.state = Label::authorized}));
  talk.client("EPSV ALL\r\n");
  talk.server("200 ok\r\n");
  EXPECT_EQ(labels_of(talk), (Labels{.epsv_all = true, .state = Label::authorized}));
}

TEST(Trust, TlsAndWhatIsNoFtpAreWritten) {
  Conversation tls(nat::masquerade());
  tls.server("220 ready\r\n");
  tls.client("AUTH TLS\r\n");
  tls.server("234 go\r\n");
  EXPECT_EQ(labels_of(tls).state, Label::encrypted);
  Conversation post(nat::masquerade());
  post.client("POST / HTTP/1.1\r\n");
  EXPECT_EQ(labels_of(post), (Labels{.state = Label::not_ftp}));
}

/// A client that speaks before the greeting is no reason to believe a gateway that starts.
TEST(Trust, AClientThatSpeaksFirstIsInItsLogin) {
  Conversation talk(nat::masquerade());
  talk.client("USER u\r\n");
  EXPECT_EQ(labels_of(talk), (Labels{.state = Label::login}));
}

struct Entry {
  const char* name;
  Labels labels;
};
void PrintTo(const Entry& entry, std::ostream* out) {
  *out << entry.name;
}
class Unbelieved : public testing::TestWithParam<Entry> {};

TEST_P(Unbelieved, WhateverIsSaid) {
  Conversation talk(nat::masquerade());
  talk.tracker.labelled = GetParam().labels;
  expect_unbelieved(talk);
}

TEST_P(Unbelieved, WhateverHandshakesComeBy) {
  Conversation talk(nat::masquerade());
  talk.tracker.labelled = GetParam().labels;
  talk.client("NOOP\r\n");
  shake_hands(talk, talk.next(Side::server) - 1);
  talk.wait(std::chrono::hours(3), Side::client);
  shake_hands(talk, talk.next(Side::server) - 1);
  expect_unbelieved(talk);
}

INSTANTIATE_TEST_SUITE_P(Entries, Unbelieved,
                         testing::Values(Entry{"none", {}}, Entry{"login", {.state = Label::login}},
                                         Entry{"not_ftp", {.state = Label::not_ftp}},
                                         Entry{"fresh_unread", {.fresh = true, .unread = true}},
                                         Entry{"greeting_unread", {.unread = true, .state = Label::greeting}},
                                         Entry{"authorized_unread",
                                               {.unread = true, .state = Label::authorized}},
                                         Entry{"garbled", {.fresh = true, .garbled = true}}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(Trust, AGatewayThatStartsGoesOnWithWhoIsLoggedIn) {
  Conversation talk(nat::both());
  talk.tracker.labelled = {.state = Label::authorized};
  EXPECT_EQ(talk.client(kOffer), "PORT 203,0,113,99,200,10\r\n");
  EXPECT_EQ(talk.server("200 ok\r\n"), "200 ok\r\n");
  EXPECT_EQ(talk.client("PASV\r\n"), "PASV\r\n");
  EXPECT_EQ(talk.server("227 (10,0,0,2,200,10)\r\n"), "227 (203,0,113,7,200,10)\r\n");
}

TEST(Trust, AGatewayThatStartsAtTheGreetingHearsTheLogin) {
  Conversation talk(nat::masquerade());
  talk.tracker.labelled = {.state = Label::greeting};
  talk.client("USER u\r\n");
  EXPECT_EQ(labels_of(talk).state, Label::login);
  talk.server("331 password\r\n");
  talk.client("PASS p\r\n");
  talk.server("230 welcome\r\n");
  EXPECT_EQ(talk.client(kOffer), kOfferEdited);
}

TEST(Trust, EpsvAllOutlivesTheGateway) {
  Conversation talk(nat::masquerade());
  talk.tracker.labelled = {.epsv_all = true, .state = Label::authorized};
  EXPECT_EQ(talk.client(kOffer), "XXXX 192,168,1,10,200,10\r\n");
  EXPECT_EQ(talk.negotiation().reason, Reason::epsv_all);
}

/// NAT slipstreaming: a browser's POST, whose body is FTP once the gateway has been made to forget what it
/// is.
class MidPost : public testing::Test {
 protected:
  MidPost() {
    shake_hands(talk_);
    talk_.client("POST / HTTP/1.1\r\n");
  }
  Conversation talk_{nat::masquerade()};
};

TEST_F(MidPost, ARstAndASecondHandshakeBeginNothing) {
  talk_.resend(Side::server, talk_.next(Side::server) + 1, "", kRst);
  shake_hands(talk_, talk_.next(Side::server) - 1);
  expect_unbelieved(talk_);
}

TEST_F(MidPost, NorDoesSilenceAndAHandshake) {
  talk_.resend(Side::server, talk_.next(Side::server), "", kRst);
  talk_.wait(std::chrono::minutes(3), Side::client);
  shake_hands(talk_, talk_.next(Side::server) - 1);
  expect_unbelieved(talk_);
}

TEST_F(MidPost, NorDoHoursOfIt) {
  talk_.wait(std::chrono::hours(3), Side::client);
  expect_unbelieved(talk_);
}

TEST_F(MidPost, WithoutLabelsOnlyAHandshakeThatConntrackSawIsOne) {
  Conversation bare(nat::masquerade());
  bare.tracker.has_labels = false;
  bare.tracker.opening = true;
  shake_hands(bare);
  bare.tracker.opening = false;
  bare.client("POST / HTTP/1.1\r\n");
  bare.wait(std::chrono::hours(3), Side::client);
  shake_hands(bare, bare.next(Side::server) - 1);
  expect_unbelieved(bare);
}

TEST(Trust, WithoutLabelsASessionIsHeardFromItsHandshake) {
  Conversation talk(nat::masquerade());
  talk.tracker.has_labels = false;
  talk.tracker.opening = true;
  shake_hands(talk);
  talk.tracker.opening = false;
  talk.log_in();
  EXPECT_EQ(talk.client(kOffer), kOfferEdited);
}

/// Conntrack may give another connection the number of the last one with these addresses.
TEST(Trust, AFreshEntryIsAnotherConnection) {
  Conversation talk(nat::masquerade());
  shake_hands(talk);
  talk.log_in();
  talk.tracker.labels.clear();
  shake_hands(talk, net::Seq(77777777));
  EXPECT_EQ(talk.edge.ended, std::vector{Reason::tuple_reused});
  EXPECT_EQ(talk.edge.flows_began, 2);
}

TEST(Trust, ARepeatedHandshakeIsTheSameConnection) {
  Conversation talk(nat::masquerade());
  shake_hands(talk);
  shake_hands(talk);
  talk.log_in();
  shake_hands(talk);
  EXPECT_EQ(talk.edge.flows_began, 1);
  EXPECT_TRUE(talk.edge.ended.empty());
}

TEST(Trust, AnEntryThatIsGoneLeavesWhatWasHeard) {
  Conversation talk(nat::masquerade());
  shake_hands(talk);
  talk.tracker.has_labels = false;  // it has no room any more
  talk.log_in();
  EXPECT_EQ(talk.client(kOffer), kOfferEdited);
}

TEST(Trust, ALineThatAFormerGatewayEditedIsEditedAlike) {
  // The former one moved the numbers behind the line by one and was killed before the acknowledgment.
  auto view = nat::masquerade();
  const stream::SeqShift in_force{net::Seq(1000), 0, -1};
  Conversation talk(view);
  talk.tracker.labelled = {.state = Label::authorized};
  talk.tracker.shifts[{view.id, Side::client}] = in_force;
  EXPECT_EQ(talk.client(kOffer), kOfferEdited);
  EXPECT_EQ((talk.tracker.shifts[{view.id, Side::client}]), in_force);
  EXPECT_EQ(talk.client("LIST\r\n"), "LIST\r\n");
}

}  // namespace
}  // namespace pinhole::test
