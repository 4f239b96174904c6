// The rules scripts: they replace what they installed, remove exactly that, and say what is wrong.

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "site.hpp"

namespace pinhole::test {
namespace {

constexpr Milliseconds kRulesLimit{10'000};

class Rules : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    site_ = Site::at({.topology = "routed", .guarded = false});
    PINHOLE_NEEDS(site_);
    const auto up = script({"up"});
    if (up.status == 1) GTEST_SKIP() << "not tested: " << up.errors;
    script({"down"});
  }

  Finished in_router(const Arguments& command) {
    return run(site_->lab().in(Role::router, command), kRulesLimit);
  }

  Finished script(Arguments words) {
    words.insert(words.begin(), checkout() / "rules" / GetParam());
    return in_router(words);
  }

  /// Every rule of the router, without counters and comments.
  std::string everything() {
    const auto save = [this](const char* program) { return in_router({program}).output; };
    std::istringstream lines(in_router({"nft", "-s", "list", "ruleset"}).output + save("iptables-save") +
                             save("ip6tables-save"));
    std::string result;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with('#') && !line.starts_with(':')) result += line + '\n';
    }
    return result;
  }

 private:
  Site* site_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Both, Rules, testing::Values("pinhole-nft", "pinhole-iptables"),
                         [](const auto& instance) {
                           return std::string(instance.param).substr(std::string("pinhole-").size());
                         });

TEST_P(Rules, down_removes_what_up_added) {
  const auto before = everything();
  EXPECT_EQ(script({"up", "--ports", "21,2121", "--queues", "3", "--queue-base", "5"}).status, 0);
  EXPECT_NE(everything(), before);
  EXPECT_EQ(script({"down"}).status, 0);
  EXPECT_EQ(everything(), before);
  EXPECT_EQ(script({"down"}).status, 0) << "twice";
}

TEST_P(Rules, up_again_replaces) {
  ASSERT_EQ(script({"up", "--ports", "990"}).status, 0);
  const auto expected = script({"show"}).output;
  EXPECT_EQ(script({"up", "--ports", "21,2121", "--queues", "4", "--fail", "open"}).status, 0);
  EXPECT_NE(script({"show"}).output, expected);
  EXPECT_EQ(script({"up", "--ports", "990"}).status, 0);
  EXPECT_EQ(script({"show"}).output, expected);
  script({"down"});
}

TEST_P(Rules, show_tells_whether_anything_is_installed) {
  EXPECT_EQ(script({"show"}).status, 1);
  script({"up"});
  const auto shown = script({"show"});
  EXPECT_EQ(shown.status, 0);
  EXPECT_NE(shown.output.find("sane"), std::string::npos) << shown.output;
  script({"down"});
}

TEST_P(Rules, wrong_usage_is_one_line_and_status_2) {
  const std::vector<Arguments> wrong{{},
                                     {"sideways"},
                                     {"up", "down"},
                                     {"up", "--ports"},
                                     {"up", "--ports", "0"},
                                     {"up", "--ports", "65536"},
                                     {"up", "--ports", "21,"},
                                     {"up", "--ports", "21,21"},
                                     {"up", "--ports", "21;reboot"},
                                     {"up", "--queues", "0"},
                                     {"up", "--queues", "two"},
                                     {"up", "--queue-base", "65535"},
                                     {"up", "--queue-base", "65530", "--queues", "7"},
                                     {"up", "--fail", "maybe"}};
  for (const auto& words : wrong) {
    const auto result = script(words);
    EXPECT_EQ(result.status, 2) << testing::PrintToString(words);
    EXPECT_EQ(std::ranges::count(result.errors, '\n'), 1) << result.errors;
  }
  EXPECT_EQ(script({"show"}).status, 1) << "nothing was installed";
}

}  // namespace
}  // namespace pinhole::test
