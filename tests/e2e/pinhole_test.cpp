// One negotiation opens one pinhole for one connection, in every mode and topology; nothing else passes.

#include <gtest/gtest.h>

#include <future>
#include <ostream>

#include "conversation.hpp"
#include "expectations.hpp"

namespace pinhole::test {
namespace {

struct PinholeCase {
  std::string topology;
  Family family;
  Mode mode;
};

std::string name_of(const PinholeCase& c) {
  return c.topology + (c.family == Family::ipv4 ? "_ipv4_" : "_ipv6_") + std::string(name_of(c.mode));
}

void PrintTo(const PinholeCase& c, std::ostream* out) {
  *out << name_of(c);
}

std::vector<PinholeCase> pinhole_cases() {
  std::vector<PinholeCase> cases;
  for (const auto* topology : {"masquerade", "dnat", "routed", "both"}) {
    for (const auto mode : {Mode::pasv, Mode::epsv, Mode::port, Mode::eprt}) {
      cases.push_back({topology, Family::ipv4, mode});
    }
    cases.push_back({topology, Family::ipv6, Mode::epsv});
    cases.push_back({topology, Family::ipv6, Mode::eprt});
  }
  return cases;
}

class PinholeIn : public testing::TestWithParam<PinholeCase> {
 protected:
  void SetUp() override {
    site_ = Site::at({.topology = GetParam().topology});
    PINHOLE_NEEDS(site_);
  }
  const Lab& lab() const { return site_->lab(); }
  Family family() const { return GetParam().family; }

 private:
  Site* site_ = nullptr;
};

TEST_P(PinholeIn, passes_one_connection) {
  LabConversation talk(lab(), family());
  talk.log_in();
  const auto negotiated = negotiate(lab(), family(), talk, GetParam().mode);
  ASSERT_NE(negotiated, nullptr);
  EXPECT_TRUE(data_passes(lab(), *negotiated));
  EXPECT_EQ(expectations_after(lab(), Milliseconds{1'000}), "");
  EXPECT_FALSE(data_passes(lab(), *negotiated, kImpatience)) << "a second time";
  EXPECT_EQ(talk.to_server("NOOP"), "NOOP");
  EXPECT_EQ(talk.to_client("200 still here"), "200 still here");
}

TEST_P(PinholeIn, passes_nothing_else) {
  LabConversation talk(lab(), family());
  talk.log_in();
  const auto negotiated = negotiate(lab(), family(), talk, GetParam().mode);
  ASSERT_NE(negotiated, nullptr);
  const Listener at_server(lab(), Role::server, {lab().address("server", family()), 0});
  const Listener at_client(lab(), Role::client, {lab().address("client", family()), 0});
  const auto server_port = at_server.local().port;
  const auto client_port = at_client.local().port;

  const auto passes = [this](Role from, const Address& to, const std::string& source = {}) {
    return std::async(std::launch::async, [this, from, to, source] {
      return dial(lab(), from, to, kImpatience, {.from = {source, 0}}).has_value();
    });
  };
  const auto caller = negotiated->caller;
  auto to_server = passes(Role::client, {lab().address("dialed", family()), server_port});
  auto to_client = passes(Role::server, {lab().address("seen", family()), client_port});
  auto from_other_host =
      passes(caller, negotiated->announced,
             lab().address(caller == Role::client ? "client_other" : "server_other", family()));
  EXPECT_FALSE(to_server.get());
  EXPECT_FALSE(to_client.get());
  EXPECT_FALSE(from_other_host.get());
  EXPECT_TRUE(data_passes(lab(), *negotiated)) << "what was negotiated, after all that was not";
}

TEST_P(PinholeIn, closes_with_its_control_connection) {
  LabConversation talk(lab(), family());
  talk.log_in();
  const auto negotiated = negotiate(lab(), family(), talk, GetParam().mode);
  ASSERT_NE(negotiated, nullptr);
  talk.hang_up();
  EXPECT_FALSE(data_passes(lab(), *negotiated, kImpatience));
}

INSTANTIATE_TEST_SUITE_P(Every, PinholeIn, testing::ValuesIn(pinhole_cases()),
                         [](const auto& instance) { return name_of(instance.param); });

}  // namespace
}  // namespace pinhole::test
