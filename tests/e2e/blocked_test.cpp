// Without Pinhole: the lab's router lets the control connection through, and no data connection. What the
// other tests see pass is therefore Pinhole's doing.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "clients.hpp"
#include "site.hpp"
#include "waits.hpp"

namespace pinhole::test {
namespace {

class Blocked : public testing::TestWithParam<const char*> {};

TEST_P(Blocked, every_mode) {
  auto* site = Site::at({.topology = GetParam(), .server = "vsftpd", .guarded = false});
  PINHOLE_NEEDS(site);
  const auto& lab = site->lab();
  expect_waits("the firewall drops every data connection");
  constexpr Milliseconds kGiveUp{1'500};
  struct Attempt {
    Mode mode;
    std::unique_ptr<Process> curl;
  };
  std::vector<Attempt> attempts;  // all at once: each takes as long as it is patient
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    for (const auto mode : {Mode::pasv, Mode::epsv, Mode::port, Mode::eprt}) {
      if (!can_use(Client::curl, mode, family)) continue;
      const auto command = curl_command(lab.address("dialed", family), mode, kGiveUp);
      attempts.push_back({mode, std::make_unique<Process>(lab.in(Role::client, command))});
    }
  }

  for (const auto& [mode, curl] : attempts) {
    const auto status = curl->wait(kGiveUp + Milliseconds{5'000});
    const auto transcript = curl->errors();
    ASSERT_TRUE(status.has_value());
    EXPECT_NE(*status, 0) << transcript;
    EXPECT_NE(transcript.find("< 230"), std::string::npos) << "not logged in\n" << transcript;
    EXPECT_NE(transcript.find(verb_of(mode)), std::string::npos) << transcript;
    EXPECT_EQ(curl->output(), "");
  }
}

INSTANTIATE_TEST_SUITE_P(Without, Blocked, testing::Values("masquerade", "dnat", "routed", "both"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace pinhole::test
