// TLS that a gateway finds when it starts: opaque until a packet begins with a record.

#include <gtest/gtest.h>

#include "support/conversation.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;
using alg::Reason;
using alg::Side;
using Label = alg::Labels::State;

std::string record(std::string_view body) {
  return "\x17\x03\x03\0"s + static_cast<char>(body.size()) + std::string(body);
}

class ResumedTls : public testing::Test {
 protected:
  void begin(alg::Policy policy = {}) {
    talk = std::make_unique<Conversation>(nat::masquerade(), policy);
    talk->tracker.labelled = {.state = Label::encrypted};
  }
  static alg::Policy filtering() {
    alg::Policy policy;
    policy.deny_commands = {"DELE"};
    return policy;
  }
  std::unique_ptr<Conversation> talk;
};

TEST_F(ResumedTls, NothingOfItIsReadOrChanged) {
  for (const auto& policy : {alg::Policy(), filtering()}) {
    begin(policy);
    for (const auto* body : {"DELE a\r\n", "PORT 192,168,1,10,200,10\r\n"}) {
      EXPECT_EQ(talk->client(record(body)), record(body));
      EXPECT_EQ(talk->server(record(body)), record(body));
    }
    EXPECT_TRUE(talk->tracker.opened.empty());
    EXPECT_TRUE(talk->edge.refusals.empty());
  }
}

TEST_F(ResumedTls, InMidRecordItIsOpaqueUntilOneBegins) {
  begin();
  const std::string rest = "PORT 192,168,1,10,200,10\r\n";
  EXPECT_EQ(talk->client(rest), rest);
  EXPECT_TRUE(talk->tracker.opened.empty());
  EXPECT_EQ(talk->client(record("CCC")), record("CCC"));
  EXPECT_EQ(talk->server(record("200 ok")), record("200 ok"));
  EXPECT_EQ(talk->client("PORT 192,168,1,10,200,10\r\n"), "PORT 203,0,113,7,200,10\r\n")
      << "clear text again";
}

TEST_F(ResumedTls, WhereCommandsAreFilteredItIsReset) {
  for (const auto side : {Side::client, Side::server}) {
    begin(filtering());
    talk->say(side, "rest of a record, or DELE a\r\n");
    EXPECT_EQ(talk->edge.ended, std::vector{Reason::mid_stream});
  }
}

}  // namespace
}  // namespace pinhole::test
