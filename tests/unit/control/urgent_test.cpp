// Urgent: a mark passes where it is on a Telnet command, and nowhere else.

#include "control/urgent.hpp"

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"
#include "unit/control/refusals.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;
using alg::Reason;
using alg::Side;

class Urgent : public testing::Test {
 protected:
  /// What the gateway makes of this payload with a mark.
  const FakeEdge::Given& send(std::string_view payload, std::uint16_t pointer) {
    const auto key = talk.view.key(Side::client);
    SegmentSpec spec{key.source, key.destination, talk.next(Side::client), net::Seq(1), payload};
    spec.flags |= kUrg;
    spec.urgent = pointer;
    packet_ = make_segment(spec);
    talk.gateway.packet(1'000, packet_, {});
    return talk.edge.verdicts.at(1'000);
  }
  static bool is_marked(const FakeEdge::Given& given) {
    if (given.action == alg::Verdict::Action::accept) return true;
    return std::get<net::TcpSegment>(net::TcpSegment::parse(given.packet)).urg();
  }

  Conversation talk{nat::none()};

 private:
  std::vector<std::uint8_t> packet_;
};

TEST_F(Urgent, AMarkOnATelnetCommandPasses) {
  talk.log_in();
  EXPECT_TRUE(
      is_marked(send("\xff\xf4\xff\xf2"
                     "ABOR\r\n"s,
                     4)));
  EXPECT_EQ(talk.edge.verdicts.at(1'000).reason, Reason::passed);
}

TEST_F(Urgent, AMarkOnALetterIsCleared) {
  talk.log_in();
  const auto& given = send("DXELE a\r\n", 2);
  EXPECT_FALSE(is_marked(given));
  EXPECT_EQ(given.reason, Reason::urgent_cleared);
  EXPECT_TRUE(checksums_right(given.packet));
}

TEST_F(Urgent, AMarkThatLiesAheadIsCleared) {
  talk.log_in();
  EXPECT_FALSE(is_marked(send("NOOP\r\n", 7)));
}

/// A window that is closed is told of urgent bytes by an empty segment.
TEST_F(Urgent, AMarkWithoutPayloadIsCleared) {
  talk.log_in();
  EXPECT_FALSE(is_marked(send("", 1)));
}

/// Linux takes it for the first byte.
TEST_F(Urgent, APointerOfZeroMarksTheFirstByte) {
  talk.log_in();
  EXPECT_FALSE(is_marked(send("NOOP\r\n", 0)));
}

TEST_F(Urgent, SoItIsOfConnectionsThatNobodyKnows) {
  talk.tracker.connections.clear();
  EXPECT_FALSE(is_marked(send("NOOP\r\n", 1)));
}

}  // namespace
}  // namespace pinhole::test
