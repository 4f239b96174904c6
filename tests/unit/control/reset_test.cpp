// Sessions that the policy ends: both ends get a RST that they believe, and nothing passes afterwards.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

net::TcpSegment segment_of(const std::vector<std::uint8_t>& packet) {
  return std::get<net::TcpSegment>(net::TcpSegment::parse(packet));
}

alg::Policy resetting() {
  alg::Policy policy;
  policy.on_refusal = alg::OnRefusal::reset;
  policy.on_not_ftp = alg::OnNotFtp::reset;
  return policy;
}

/// Both got a RST with the number they wait for.
void expect_reset(Conversation& talk, Side sender, net::Seq receiver_expects, net::Seq sender_expects) {
  const auto& given = talk.last();
  ASSERT_EQ(given.action, Action::replace);
  const auto onward = segment_of(given.packet);
  EXPECT_TRUE(onward.rst());
  EXPECT_EQ(onward.seq(), receiver_expects);
  EXPECT_TRUE(onward.payload().empty());
  ASSERT_TRUE(talk.edge.sent_back.contains(talk.last_id()));
  const auto back = segment_of(talk.edge.sent_back.at(talk.last_id()));
  EXPECT_TRUE(back.rst());
  EXPECT_EQ(back.seq(), sender_expects);
  EXPECT_EQ(back.destination(), talk.view.key(sender).source);
  EXPECT_EQ(back.source(), talk.view.key(sender).destination);
}

TEST(Reset, OfARefusedOffer) {
  for (const auto& view : {nat::none(), nat::masquerade(), nat::masquerade6()}) {
    Conversation talk(view, resetting());
    talk.log_in();
    const auto client_next = talk.next(Side::client), server_next = talk.next(Side::server);
    const bool v4 = view.client.address.family() == net::Family::v4;
    talk.client(v4 ? "PORT 8,8,8,8,40,0\r\n" : "EPRT |2|2001:db8:9::9|40000|\r\n");
    expect_reset(talk, Side::client, client_next, server_next);
    EXPECT_EQ(talk.last().reason, Reason::bounce);
    EXPECT_EQ(talk.negotiation().reason, Reason::bounce);
    EXPECT_EQ(talk.edge.ended, std::vector{Reason::bounce});
    EXPECT_TRUE(talk.tracker.opened.empty());
  }
}

TEST(Reset, OfARefusedAnswer) {
  auto policy = resetting();
  policy.pasv_other_host = alg::PasvOtherHost::refuse;
  Conversation talk(nat::masquerade(), policy);
  talk.log_in();
  talk.client("PASV\r\n");
  const auto client_next = talk.next(Side::client), server_next = talk.next(Side::server);
  talk.server("227 (8,8,8,8,40,0)\r\n");
  expect_reset(talk, Side::server, server_next, client_next);
}

TEST(Reset, OfWhatIsNoFtp) {
  Conversation talk(nat::masquerade(), resetting());
  const auto first = talk.next(Side::client);
  talk.client("POST / HTTP/1.1\r\n");
  expect_reset(talk, Side::client, first, talk.next(Side::server));
  EXPECT_EQ(talk.edge.not_ftp, std::vector{Reason::not_ftp});
}

TEST(Reset, NotOfASessionSeenFromItsMiddle) {
  Conversation talk(nat::masquerade(), resetting());
  talk.tracker.labelled = {};
  EXPECT_EQ(talk.server("226 Transfer complete.\r\n"), "226 Transfer complete.\r\n");
  EXPECT_EQ(talk.edge.not_ftp, std::vector{Reason::mid_stream});
}

/// The lines before it in the packet do not leave either.
TEST(Reset, BearsTheNumberThatTheReceiverWaitsFor) {
  Conversation talk(nat::none(), resetting());
  talk.log_in();
  const auto client_next = talk.next(Side::client), server_next = talk.next(Side::server);
  talk.client("NOOP\r\nPORT 8,8,8,8,40,0\r\nNOOP\r\n");
  expect_reset(talk, Side::client, client_next, server_next);
}

/// vsftpd and Pure-FTPd read `PORT 10,9,9,9,40,1X` as an endpoint.
TEST(Reset, ARefusedOfferThatTheServerWouldObey) {
  const std::string line = "PORT 10,9,9,9,40,10\r\n";
  for (std::size_t cut = 1; cut < line.size(); ++cut) {
    Conversation talk(nat::none());
    talk.log_in();
    const auto before = talk.received(Side::server).size();
    talk.client(line.substr(0, cut));
    talk.client(line.substr(cut));
    EXPECT_EQ(talk.negotiation().reason, Reason::bounce) << cut;
    const bool readable = cut >= line.size() - 3;  // 40,1
    EXPECT_EQ(talk.edge.ended.empty(), !readable) << cut;
    EXPECT_EQ(talk.received(Side::server).size() - before, readable ? cut : line.size()) << cut;
  }
}

TEST(Reset, BytesAcknowledgedLocallyNeverArrive) {
  Conversation talk(nat::masquerade(), resetting());
  talk.log_in();
  const auto begin = talk.next(Side::client);
  talk.client("PORT 8,8,");
  talk.client("8,8,40,0\r\n");
  expect_reset(talk, Side::client, begin, talk.next(Side::server));
}

TEST(Reset, WhatComesAfterItIsTurnedAway) {
  Conversation talk(nat::masquerade(), resetting());
  talk.log_in();
  const auto ahead = talk.next(Side::client) + 18;
  talk.resend(Side::client, ahead + 6, "NOOP\r\n");  // waits behind a gap
  const auto held = talk.last_id();
  talk.client("PORT 8,8,8,8,4,1\r\n");
  EXPECT_EQ(talk.edge.verdicts.at(held).action, Action::drop);
  EXPECT_EQ(talk.client("NOOP\r\n"), "");
  EXPECT_EQ(talk.last().action, Action::drop);
  EXPECT_EQ(talk.last().reason, Reason::session_reset);
  EXPECT_TRUE(segment_of(talk.edge.sent_back.at(talk.last_id())).rst());
  EXPECT_EQ(talk.server("200 ok\r\n"), "");
  EXPECT_EQ(talk.last().action, Action::drop);
}

TEST(Reset, LeavesNoPinhole) {
  Conversation talk(nat::masquerade(), resetting());
  talk.log_in();
  talk.client("PORT 192,168,1,10,40,0\r\n");
  ASSERT_EQ(talk.tracker.open_now.size(), 1u);
  talk.client("PORT 8,8,8,8,40,0\r\n");
  EXPECT_TRUE(talk.tracker.open_now.empty());
}

TEST(Reset, NotWhereThePolicyObserves) {
  auto policy = resetting();
  policy.observe = true;
  policy.max_command_length = 20;
  Conversation talk(nat::none(), policy);
  talk.log_in();
  EXPECT_EQ(talk.client("PORT 8,8,8,8,4,1\r\n"), "PORT 8,8,8,8,4,1\r\n");
  EXPECT_EQ(talk.negotiation().decision, alg::Decision::refuse);
  EXPECT_TRUE(talk.negotiation().observed);
  EXPECT_TRUE(talk.tracker.opened.empty());
  const std::string line = "STOR a-name-that-is-too-long\r\n";
  EXPECT_EQ(talk.client(line), line);
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::line_too_long});
  talk.client("\x01\x02\r\n");
  EXPECT_EQ(talk.edge.not_ftp, std::vector{Reason::not_ftp});
  EXPECT_TRUE(talk.edge.ended.empty());
}

}  // namespace
}  // namespace pinhole::test
