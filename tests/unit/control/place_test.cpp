// look, place: a packet finds its session, or what becomes of it where there is none.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/offers.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

TEST(Place, WhatIsNoSegmentIsDropped) {
  Conversation talk(nat::none());
  const std::vector<std::uint8_t> nonsense(10, 0x45);
  talk.gateway.packet(1000, nonsense, {});
  EXPECT_EQ(talk.edge.verdicts.at(1000).reason, Reason::malformed_packet);
  EXPECT_EQ(talk.edge.verdicts.at(1000).action, Action::drop);
}

TEST(Place, FragmentsAreDropped) {
  Conversation talk(nat::none());
  const auto key = talk.view.key(Side::client);
  auto packet = make_segment({key.source, key.destination, net::Seq(1), net::Seq(1), "PORT 1"});
  packet[6] |= 0x20;  // more of them follow
  talk.gateway.packet(1000, packet, {});
  EXPECT_EQ(talk.edge.verdicts.at(1000).reason, Reason::fragment);
  EXPECT_EQ(talk.edge.verdicts.at(1000).action, Action::drop);
}

TEST(Place, UnknownConnectionsPassUnread) {
  Conversation talk(nat::none());
  talk.tracker.connections.clear();
  talk.server("220 hello\r\n");
  EXPECT_EQ(talk.last().reason, Reason::unknown_connection);
  EXPECT_EQ(talk.last().action, Action::accept);
}

// The rules queue a SYN-ACK only of a connection that conntrack has: one in a zone, perhaps.
TEST(Place, AHandshakeThatConntrackDoesNotShowTakesTheFailMode) {
  for (const bool open : {false, true}) {
    Conversation talk(nat::none());
    talk.tracker.connections.clear();
    talk.edge.fail_open = open;
    talk.resend(Side::server, net::Seq(5000), "", kSyn);
    EXPECT_EQ(talk.last().reason, Reason::hidden_connection);
    EXPECT_EQ(talk.last().action, open ? Action::accept : Action::drop);
    EXPECT_EQ(talk.edge.refusals, std::vector{Reason::hidden_connection});
  }
}

// The rules say of each packet whether conntrack has an entry for it: one in a zone, perhaps.
TEST(Place, WhatConntrackHasAndDoesNotShowTakesTheFailMode) {
  for (const bool open : {false, true}) {
    for (const auto side : {Side::client, Side::server}) {
      Conversation talk(nat::none());
      talk.tracker.connections.clear();
      talk.edge.fail_open = open;
      talk.entry = alg::Entry::there;
      for (const auto* line : {"NOOP\r\n", "NOOP\r\n"}) {
        talk.say(side, line);
        EXPECT_EQ(talk.last().reason, Reason::hidden_connection);
        EXPECT_EQ(talk.last().action, open ? Action::accept : Action::drop);
      }
      talk.say(side, "");
      EXPECT_EQ(talk.last().action, Action::accept) << "it says nothing";
      EXPECT_EQ(talk.edge.refusals, std::vector{Reason::hidden_connection}) << "once";
    }
  }
}

TEST(Place, WhatConntrackHasNoEntryForDoesNot) {
  Conversation talk(nat::none());
  talk.tracker.connections.clear();
  talk.entry = alg::Entry::none;
  talk.client("NOOP\r\n");
  EXPECT_EQ(talk.last().reason, Reason::unknown_connection);
  EXPECT_EQ(talk.last().action, Action::accept);
  EXPECT_EQ(talk.edge.refusals, std::vector<Reason>{});
}

TEST(Place, WhereCommandsAreFilteredHiddenConnectionsAreResetWhateverTheFailMode) {
  alg::Policy filtering;
  filtering.deny_commands = {"DELE"};
  Conversation talk(nat::none(), alg::Policies(filtering));
  talk.tracker.connections.clear();
  talk.edge.fail_open = true;
  talk.entry = alg::Entry::there;
  talk.client("NOOP\r\n");
  EXPECT_EQ(talk.last().action, Action::replace);
  EXPECT_EQ(talk.edge.answers.size(), 1u);
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::hidden_connection});
}

TEST(Place, AnotherHelperDoesItsWorkAlone) {
  Conversation talk(nat::masquerade());
  talk.tracker.helper = alg::Helper::another;
  talk.log_in();
  EXPECT_EQ(talk.client(kOffer), kOffer);
  EXPECT_EQ(talk.edge.not_ftp, std::vector{Reason::other_helper});
  EXPECT_TRUE(talk.tracker.opened.empty());
  EXPECT_EQ(talk.negotiation().decision, alg::Decision::ignore);
}

TEST(Place, AnotherHelperIsNoWayAroundTheFilter) {
  alg::Policy filtering;
  filtering.deny_commands = {"DELE"};
  Conversation talk(nat::none(), alg::Policies(filtering));
  talk.tracker.helper = alg::Helper::another;
  talk.log_in();
  EXPECT_EQ(talk.client("DELE f\r\n").find("DELE"), std::string::npos);
}

TEST(Place, AConnectionWithoutAHelperIsToldOfAtOnce) {
  Conversation talk(nat::masquerade());
  talk.tracker.helper = alg::Helper::none;
  talk.server("220 hello\r\n");
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::no_helper});
}

TEST(Place, WhereCommandsAreFilteredUnknownConnectionsAreReset) {
  alg::Policy filtering;
  filtering.deny_commands = {"DELE"};
  const alg::Policies by_server({}, {{net::Network::parse("198.51.100.0/24").value(), filtering}});
  auto elsewhere = filtering;
  elsewhere.observe = true;
  const alg::Policies observing({}, {{net::Network::parse("198.51.100.0/24").value(), elsewhere}});
  for (const auto& [policies, passes] : {std::pair{alg::Policies(filtering), false},
                                         {by_server, false},
                                         {observing, true},
                                         {alg::Policies(), true}}) {
    for (const auto side : {Side::client, Side::server}) {
      Conversation talk(nat::none(), policies);
      talk.tracker.connections.clear();
      talk.say(side, "NOOP\r\n");
      EXPECT_EQ(talk.last().reason, Reason::unknown_connection);
      EXPECT_EQ(talk.last().action, passes ? Action::accept : Action::replace);
      EXPECT_EQ(talk.edge.answers.size(), passes ? 0u : 1u);
      talk.say(side, "");
      EXPECT_EQ(talk.last().action, Action::accept) << "it says nothing";
    }
  }
}

TEST(Place, ANewConnectionWithTheSameAddressesStartsAfresh) {
  Conversation talk(nat::masquerade());
  talk.log_in();
  talk.say(Side::client, "QUIT\r\n", kFin);
  talk.say(Side::server, "221 bye\r\n", kFin);
  EXPECT_EQ(talk.edge.ended.size(), 1u);
  talk.tracker.connections[0].id = 8;
  talk.resend(Side::server, net::Seq(77777777), "220 again\r\n");
  EXPECT_EQ(talk.last().action, Action::accept);
  EXPECT_EQ(talk.edge.flows_began, 2);
}

TEST(Place, TheTableOfFlowsIsBounded) {
  alg::Limits limits;
  limits.flows = 1;
  Conversation talk(nat::none(), {}, limits);
  talk.server("220 hello\r\n");
  auto second = nat::none();
  second.client.port = second.seen.port = 40001;
  second.id = 9;
  talk.tracker.connections.push_back(second);
  const auto packet = make_segment({second.server, second.seen, net::Seq(1), net::Seq(1), "220 x\r\n"});
  talk.gateway.packet(1000, packet, {});
  EXPECT_EQ(talk.edge.verdicts.at(1000).reason, Reason::session_table_full);
  EXPECT_EQ(talk.gateway.usage().flows, 1u);
}

}  // namespace
}  // namespace pinhole::test
