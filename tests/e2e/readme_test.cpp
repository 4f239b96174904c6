// README's firewalls, word for word but for the interfaces' names: they let FTP through, and the ICMP errors
// of its connections, and nothing else.

#include <gtest/gtest.h>

#include <regex>
#include <sstream>
#include <thread>

#include "conversation.hpp"

namespace pinhole::test {
namespace {

/// README's lines behind the one that begins with `first`, up to one without indentation.
std::string block(const std::string& first) {
  std::istringstream lines(content_of(checkout() / "README.md"));
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool begun = !text.empty();
    if (!begun && !line.starts_with("    " + first)) continue;
    if (begun && !line.starts_with("    ")) break;
    text += line.substr(4) + '\n';
  }
  for (const auto& [name, here] : {std::pair{"lan", "inside"}, {"wan", "outside"}})
    text = std::regex_replace(text, std::regex("([\" ])" + std::string(name) + "([\" ])"),
                              "$1" + std::string(here) + "$2");
  return text;
}

class Readme : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const auto obstacle = Lab::obstacle(); !obstacle.empty()) GTEST_SKIP() << "not tested: " << obstacle;
    lab_.emplace("masquerade");
    const auto obstacle = Gateway::obstacle(lab());
    if (!obstacle.empty()) GTEST_SKIP() << "not tested: " << obstacle;
    gateway_ = std::make_unique<Gateway>(lab());
    in_router("nft delete table inet lab");
    const std::string rules = GetParam();
    if (rules == "nftables") {
      in_router("nft -f - <<'END'\n" + block("table inet filter {") + "END\n");
    } else {
      in_router(block("iptables -P FORWARD DROP"));
    }
  }

  const Lab& lab() const { return *lab_; }
  void in_router(const std::string& script) { in(Role::router, script); }
  void in(Role role, const std::string& script) {
    const auto done = run(lab().in(role, {"sh", "-c", script}), kPatience);
    EXPECT_EQ(done.status, 0) << script << ": " << done.errors;
  }
  int errors_received() {
    const auto counters = run(lab().in(Role::client, {"cat", "/proc/net/snmp"}), kPatience).output;
    std::smatch found;
    EXPECT_TRUE(std::regex_search(counters, found, std::regex("Icmp: (\\d+) (\\d+) (\\d+) (\\d+)")));
    return std::stoi(found[4]);
  }

 private:
  std::optional<Lab> lab_;
  std::unique_ptr<Gateway> gateway_;
};

INSTANTIATE_TEST_SUITE_P(Firewall, Readme, testing::Values("nftables", "iptables"),
                         [](const auto& each) { return std::string(each.param); });

TEST_P(Readme, lets_ftp_and_its_errors_through) {
  LabConversation talk(lab(), Family::ipv4);
  talk.log_in();
  for (const auto mode : {Mode::pasv, Mode::port}) {
    const auto negotiated = negotiate(lab(), Family::ipv4, talk, mode);
    ASSERT_NE(negotiated, nullptr);
    EXPECT_TRUE(data_passes(lab(), *negotiated));
  }
  const Listener inner(lab(), Role::client, {lab().address("client"), 3306});
  EXPECT_FALSE(dial(lab(), Role::server, {lab().address("client"), 3306}, kImpatience));

  const auto before = errors_received();
  in(Role::server, "iptables -I INPUT -p tcp --dport 21 -j REJECT --reject-with icmp-port-unreachable");
  talk.client().send("NOOP\r\n");
  for (int i = 0; i < 100 && errors_received() == before; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_GT(errors_received(), before);
}

}  // namespace
}  // namespace pinhole::test
