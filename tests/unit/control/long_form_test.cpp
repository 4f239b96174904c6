// LPRT and LPSV (RFC 1639) are refused, so that the client tries what works.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using alg::Reason;

constexpr const char* kLprt = "LPRT 4,4,192,168,1,10,2,160,0\r\n";

TEST(LongForm, IsMaskedWithAndWithoutNat) {
  for (const auto& view : {nat::none(), nat::masquerade()}) {
    Conversation talk(view);
    talk.log_in();
    EXPECT_EQ(talk.client(kLprt), "XXXX 4,4,192,168,1,10,2,160,0\r\n");
    talk.server("500 what?\r\n");
    EXPECT_EQ(talk.client("lpsv\r\n"), "XXXX\r\n");
    EXPECT_EQ(alg::name_of(talk.edge.refusals.at(0)), "long-form");
    EXPECT_EQ(talk.edge.refusals, (std::vector{Reason::long_form, Reason::long_form}));
    talk.server("500 what?\r\n");
    talk.client("PASV\r\n");
    talk.server("227 (198,51,100,2,40,0)\r\n");
    EXPECT_EQ(talk.tracker.open_now.size(), 1u) << "the session goes on";
  }
}

TEST(LongForm, InPiecesWhatIsLeftIsUnreadable) {
  Conversation talk(nat::none());
  talk.log_in();
  EXPECT_EQ(talk.client("LPRT 4,4,192,168,"), "LPRT 4,4,192,168,");
  EXPECT_EQ(talk.client("1,10,2,160,0\r\n"), "XXXXXXXXXXXX\r\n");
}

TEST(LongForm, IsOnlyReportedWithObserve) {
  alg::Policy policy;
  policy.observe = true;
  Conversation talk(nat::none(), policy);
  talk.log_in();
  EXPECT_EQ(talk.client(kLprt), kLprt);
  EXPECT_EQ(talk.edge.refusals, std::vector{Reason::long_form});
}

TEST(LongForm, OfWhatIsNoFtpIsLeftAlone) {
  Conversation talk(nat::none());
  talk.log_in();
  talk.client("GET / HTTP/1.1\r\n");
  EXPECT_EQ(talk.client(kLprt), kLprt);
}

}  // namespace
}  // namespace pinhole::test
