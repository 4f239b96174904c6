// render: edits that may be unacknowledged leave together, in one packet; what does not fit waits.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "unit/control/both_sides.hpp"
#include "unit/control/offers.hpp"

namespace pinhole::test {
namespace {

using Action = alg::Verdict::Action;
using alg::Decision;
using alg::Reason;
using alg::Side;

constexpr std::size_t kEditRoom = 1280 - 20 - 32;  // payload of the largest packet that every link carries

constexpr std::size_t kEditGrowth = 64;  // what one more edit may add

/// A command of exactly so many bytes that needs no edit.
std::string line_of(std::size_t length) {
  return "STOR " + std::string(length - 7, 'a') + "\r\n";
}

class EditRoom : public testing::Test {
 protected:
  EditRoom() { talk.log_in(); }

  /// An edit that the server never acknowledges.
  void edit_unacknowledged() { EXPECT_EQ(talk.client(kOffer), kOfferEdited); }

  Conversation talk{nat::masquerade()};
};

TEST_F(EditRoom, ANearlyFullSegmentIsEditedAtOnceWhereNothingIsUnacknowledged) {
  for (const std::size_t length :
       {kEditRoom - kEditGrowth - 1, kEditRoom - kEditGrowth, kEditRoom - kEditGrowth + 1, kEditRoom}) {
    const auto before = line_of(length - kOffer.size());
    EXPECT_EQ(talk.client(before + kOffer), before + kOfferEdited) << length;
    EXPECT_EQ(talk.last().reason, Reason::rewritten);
    EXPECT_EQ(talk.negotiation().decision, Decision::open);
    talk.server("150 ok\r\n200 ok\r\n");  // acknowledges it
  }
}

TEST_F(EditRoom, AFullSegmentThatGrowsLeavesItsEndForTheNext) {
  Conversation wide(nat::forward());
  wide.log_in();
  wide.client("PASV\r\n");
  const std::string answer = "227 (10,0,0,2,200,10)\r\n", edited = "227 (203,0,113,7,200,10)\r\n";
  const std::string behind = "150-" + std::string(kEditRoom - answer.size() - 6, 'b') + "\r\n";
  const auto read = wide.server(answer + behind);
  EXPECT_EQ(read, (edited + behind).substr(0, kEditRoom));
  const auto tail = wide.next(Side::server) - 3;
  EXPECT_EQ(wide.resend(Side::server, tail, "b\r\n"), "b\r\n") << "3 bytes were longer than the room";
}

TEST_F(EditRoom, WhatFitsWithTheUnacknowledgedEditLeavesWithIt) {
  edit_unacknowledged();
  const auto before = line_of(kEditRoom - kEditGrowth - kOfferEdited.size() - kOffer.size());
  EXPECT_EQ(talk.client(before + kOffer), before + kOfferEdited);
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

/// Three times TCP shall send it again; the fourth time it goes on, and what needs an edit is refused.
TEST_F(EditRoom, WhatDoesNotFitWaitsThreeTimes) {
  edit_unacknowledged();
  const auto before = line_of(kEditRoom - kEditGrowth - kOfferEdited.size() - kOffer.size() + 1);
  const auto begin = talk.skip(Side::client, before + kOffer);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(talk.resend(Side::client, begin, before + kOffer), "") << i;
    EXPECT_EQ(talk.last().action, Action::drop) << i;
    EXPECT_EQ(talk.last().reason, Reason::edit_pending) << i;
    EXPECT_EQ(talk.edge.negotiations.size(), 1u) << "nothing is decided yet";
  }
  EXPECT_EQ(talk.resend(Side::client, begin, before + kOffer), before + kOfferMasked);
  EXPECT_EQ(talk.negotiation().decision, Decision::refuse);
  EXPECT_EQ(talk.negotiation().reason, Reason::edit_pending);
  EXPECT_TRUE(talk.tracker.open_now.empty());

  talk.server("200 ok\r\n150 ok\r\n500 what?\r\n");
  EXPECT_EQ(talk.client(kOffer), kOfferEdited) << "and later edits are made";
}

TEST_F(EditRoom, AnAcknowledgmentMeanwhileMakesRoom) {
  edit_unacknowledged();
  const auto before = line_of(kEditRoom - kEditGrowth);
  const auto begin = talk.skip(Side::client, before + kOffer);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(talk.resend(Side::client, begin, before + kOffer), "");
  }
  talk.server("200 ok\r\n");
  EXPECT_EQ(talk.resend(Side::client, begin, before + kOffer), before + kOfferEdited);
  EXPECT_EQ(talk.negotiation().decision, Decision::open);
}

/// Who has waited in vain once waits anew the next time.
TEST_F(EditRoom, TheWaitIsCountedAnewForEachPacket) {
  edit_unacknowledged();
  const auto before = line_of(kEditRoom - kEditGrowth);
  const auto first = talk.skip(Side::client, before + kOffer);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(talk.resend(Side::client, first, before + kOffer), "");
  talk.server("200 ok\r\n");
  EXPECT_EQ(talk.resend(Side::client, first, before + kOffer), before + kOfferEdited);
  const auto second = talk.skip(Side::client, before + kOffer);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(talk.resend(Side::client, second, before + kOffer), "") << i;
  EXPECT_EQ(talk.resend(Side::client, second, before + kOffer), before + kOfferMasked);
}

TEST_F(EditRoom, WhatNeedsNoEditNeverWaits) {
  edit_unacknowledged();
  const auto text = line_of(kEditRoom - kEditGrowth) + "NOOP\r\n";
  EXPECT_EQ(talk.client(text), text);
}

/// Edits that a packet has no room for wait, three times.
TEST_P(BothSides, AnEditThatDoesNotFitWaitsThreeTimes) {
  if (!by_client()) talk.client("HELP\r\nPASV\r\n");
  EXPECT_EQ(say(line), edited);
  const std::string long_line =
      by_client() ? "STOR " + std::string(1150, 'a') + "\r\n" : "214 " + std::string(1150, 'a') + "\r\n";
  const auto begin = talk.skip(side(), long_line + line);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(talk.resend(side(), begin, long_line + line), "") << i;
    EXPECT_EQ(talk.last().reason, Reason::edit_pending);
  }
  EXPECT_EQ(talk.resend(side(), begin, long_line + line), long_line + masked);
  EXPECT_EQ(talk.negotiation().reason, Reason::edit_pending);
}

}  // namespace
}  // namespace pinhole::test
