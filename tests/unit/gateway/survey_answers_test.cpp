// The surveyor's answers: about sessions that may be gone, and what the kernel lists beside them.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;
using alg::Side;
using std::chrono::seconds;

class SurveyAnswers : public testing::Test {
 protected:
  SurveyAnswers() {
    talk.log_in();
    talk.client("PASV\r\n");
    talk.server("227 (198,51,100,2,40,0)\r\n");
    talk.client("RETR a\r\n");
    talk.server("150 opening\r\n");
    talk.gateway.tick(talk.now += seconds(11));
    question = talk.tracker.questions.at(0);
  }
  /// Whether the session is asked about again ten seconds after it was last heard of.
  bool is_asked_again() {
    talk.tracker.questions.clear();
    talk.gateway.tick(talk.now += seconds(11));
    return !talk.tracker.questions.empty();
  }

  Conversation talk{nat::none()};
  alg::TransferQuestion question;
};

TEST_F(SurveyAnswers, AreAwaited) {
  EXPECT_FALSE(is_asked_again());
  talk.gateway.answer({question, true}, talk.now);
  EXPECT_TRUE(is_asked_again());
}

TEST_F(SurveyAnswers, AboutASessionThatIsGoneAreNothing) {
  talk.gateway.tick(talk.now += std::chrono::hours(3));
  ASSERT_EQ(talk.gateway.usage().flows, 0u);
  talk.gateway.answer({question, true}, talk.now);
  EXPECT_EQ(talk.gateway.usage().flows, 0u);
}

TEST_F(SurveyAnswers, AboutAnotherConnectionOfTheSameAddressesAreNothing) {
  auto other = question;
  other.flow.id += 1;
  talk.gateway.answer({other, true}, talk.now);
  EXPECT_FALSE(is_asked_again()) << "the answer is still to come";
}

TEST_F(SurveyAnswers, AStrayIsClosedAsWhatItIs) {
  const auto& view = talk.view;
  const net::Endpoint active{view.seen.address, 5000}, passive{view.dialed.address, 5001};
  talk.tracker.strays = {{view.key(Side::client), view.server.address, active},
                         {view.key(Side::client), view.client.address, passive}};
  talk.gateway.answer(talk.tracker.list());
  ASSERT_EQ(talk.tracker.withdrawn.size(), 2u);
  EXPECT_EQ(talk.tracker.withdrawn[0].opener, Side::server);
  EXPECT_EQ(talk.tracker.withdrawn[0].to, active);
  EXPECT_EQ(talk.tracker.withdrawn[1].opener, Side::client);
  EXPECT_EQ(talk.tracker.withdrawn[1].to, passive);
  EXPECT_EQ(talk.edge.closed, (std::vector{Reason::stray, Reason::stray}));
}

TEST(GatewayUsage, OfNothingIsNothing) {
  Conversation talk(nat::none());
  talk.wait(seconds(1), Side::client);
  const auto& usage = talk.gateway.usage();
  EXPECT_EQ(usage.flows + usage.waiting_packets + usage.waiting_bytes + usage.remembered_bytes, 0u);
}

}  // namespace
}  // namespace pinhole::test
