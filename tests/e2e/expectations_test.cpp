// However a session or a negotiation ends, the kernel expects nothing any more within a second.

#include "expectations.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

#include "conversation.hpp"
#include "support/socket_options.hpp"

namespace pinhole::test {
namespace {

constexpr Milliseconds kSecond{1'000};

struct Ending {
  std::string name;
  std::function<void(LabConversation&)> happens;
};

void PrintTo(const Ending& ending, std::ostream* out) {
  *out << ending.name;
}

std::vector<Ending> endings() {
  return {
      {"quit",
       [](LabConversation& talk) {
         EXPECT_EQ(talk.to_server("QUIT"), "QUIT");
         EXPECT_EQ(talk.to_client("221 bye"), "221 bye");
       }},
      {"fin_of_the_client", [](LabConversation& talk) { talk.client().end(); }},
      {"fin_of_the_server", [](LabConversation& talk) { talk.server().end(); }},
      {"rst_of_the_client", [](LabConversation& talk) { talk.client().reset(); }},
      {"rst_of_the_server", [](LabConversation& talk) { talk.server().reset(); }},
      {"reset_by_the_policy",
       [](LabConversation& talk) {
         talk.client().send("PORT 203,0,113,99,160,0\r\n");
         EXPECT_TRUE(broken(talk.client()));
       }},
  };
}

class EndOf : public testing::TestWithParam<std::tuple<Mode, Ending>> {};

TEST_P(EndOf, leaves_no_expectation) {
  auto* site = Site::at({.topology = "both", .more = {"--on-refusal", "reset"}});
  PINHOLE_NEEDS(site);
  LabConversation talk(site->lab(), Family::ipv4);
  talk.log_in();
  const auto& [mode, ending] = GetParam();
  const auto negotiated = negotiate(site->lab(), Family::ipv4, talk, mode);
  ASSERT_NE(negotiated, nullptr);
  EXPECT_NE(expectations(site->lab()), "");
  ending.happens(talk);
  EXPECT_EQ(expectations_after(site->lab(), kSecond), "");
}

INSTANTIATE_TEST_SUITE_P(
    Any, EndOf, testing::Combine(testing::Values(Mode::pasv, Mode::port), testing::ValuesIn(endings())),
    [](const auto& instance) {
      return std::string(name_of(std::get<0>(instance.param))) + "_" + std::get<1>(instance.param).name;
    });

// The session that goes on after a refusal has what it had before, and no more.
TEST(Refusal, leaves_no_expectation) {
  auto* site = Site::at({.topology = "both"});
  PINHOLE_NEEDS(site);
  LabConversation talk(site->lab(), Family::ipv4);
  talk.log_in();
  for (const auto* line : {"PORT 203,0,113,99,160,0", "PORT 10,1,0,2,0,21", "EPRT |2|2001:db8::1|40960|",
                           "PORT 10,1,0,2,160,256"}) {
    const auto heard = talk.to_server(line).value_or("(nothing)");
    EXPECT_TRUE(heard.starts_with("XXXX ")) << heard;
    EXPECT_EQ(talk.to_client("500 what?"), "500 what?");
    EXPECT_EQ(expectations(site->lab()), "") << line;
  }
}

}  // namespace
}  // namespace pinhole::test
