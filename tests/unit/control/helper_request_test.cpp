// The kernel's helper on control connections never gets to see what it would act on.

#include "control/helper_request.hpp"

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;
using Action = alg::Verdict::Action;
using alg::Reason;
using alg::Side;

const auto kRequest = "\0\0\0\7port"s;

TEST(HelperRequest, EndsTheSessionAtAnyPoint) {
  Conversation early(nat::masquerade());
  EXPECT_EQ(early.client(kRequest), "");
  EXPECT_EQ(early.edge.ended, std::vector{Reason::helper_request});
  Conversation later(nat::masquerade());
  later.client("POST / HTTP/1.1\r\n");
  later.skip(Side::client, "lost");
  EXPECT_EQ(later.client(kRequest), "") << "ahead of a gap";
  EXPECT_EQ(later.edge.ended, std::vector{Reason::helper_request});
}

TEST(HelperRequest, OfNoConnectionIsDropped) {
  Conversation talk(nat::masquerade());
  talk.tracker.connections.clear();
  EXPECT_EQ(talk.client(kRequest), "");
  EXPECT_EQ(talk.last().action, Action::drop);
}

/// What left in other packets is repeated in one of that size, whatever it brings itself.
TEST(HelperRequest, IsNotMadeOfWhatLeftInOtherPackets) {
  Conversation talk(nat::masquerade());
  talk.client("POST / HTTP/1.1\r\n");
  const auto seq = talk.next(Side::client);
  talk.client(kRequest + "behind");
  talk.resend(Side::client, seq, "12345678");
  EXPECT_EQ(talk.last().action, Action::drop);
}

TEST(HelperRequest, IsEightBytesThatBeginSo) {
  for (const auto& text : {"\0\0\0\7por"s, "\0\0\0\7ports"s, "\0\0\0\6port"s, "NOOP a\r\n"s}) {
    EXPECT_FALSE(
        control::is_helper_request({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  }
}

}  // namespace
}  // namespace pinhole::test
