// Labels as the kernel keeps them: 128 bits, of which rules know some by number.

#include "netfilter/labels.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <string>

namespace pinhole::test {
namespace {

using alg::Labels;
using netfilter::Label;
using Value = Labels::State;

TEST(LabelBits, SayTheSameBothWays) {
  for (const auto state :
       {Value::none, Value::greeting, Value::login, Value::authorized, Value::encrypted, Value::not_ftp}) {
    for (const bool flag : {false, true}) {
      const Labels labels{.fresh = flag, .unread = !flag, .epsv_all = flag, .garbled = false, .state = state};
      EXPECT_EQ(netfilter::labels_in(netfilter::bits_of(labels)), labels);
    }
  }
}

TEST(LabelBits, WhatNoGatewayOfThisVersionWritesIsGarbled) {
  auto two = netfilter::bits_of({.state = Value::login});
  const auto other = netfilter::bits_of({.state = Value::authorized});
  for (std::size_t i = 0; i < two.size(); ++i) two[i] = static_cast<std::uint8_t>(two[i] | other[i]);
  EXPECT_TRUE(netfilter::labels_in(two).garbled) << "two states";
  netfilter::LabelBits later{};
  later[15] = 0x80;  // 127
  EXPECT_TRUE(netfilter::labels_in(later).garbled) << "a later version's";
  netfilter::LabelBits others{};
  others[0] = 0xff;
  EXPECT_EQ(netfilter::labels_in(others), Labels{}) << "an administrator's own";
}

TEST(LabelBits, UnreadIsNeverTakenOff) {
  const auto mask = netfilter::bits_that_change();
  const auto unread = netfilter::bits_of({.unread = true});
  for (std::size_t i = 0; i < mask.size(); ++i) EXPECT_EQ(mask[i] & unread[i], 0);
}

TEST(LabelBits, HaveTheNumbersThatRulesKnow) {
  std::ifstream file(PINHOLE_CHECKOUT "/rules/common");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto number = [&text](const std::string& name) {
    std::smatch found;
    return std::regex_search(text, found, std::regex("label_" + name + "=([0-9]+)")) ? std::stoi(found.str(1))
                                                                                     : -1;
  };
  EXPECT_EQ(number("greeting"), static_cast<int>(Label::greeting));
  EXPECT_EQ(number("fresh"), static_cast<int>(Label::fresh));
  EXPECT_EQ(number("unread"), static_cast<int>(Label::unread));
}

}  // namespace
}  // namespace pinhole::test
