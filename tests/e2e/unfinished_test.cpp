// A line of which the rest does not come in time leaves as it is, from the kernel's queue through its NAT.

#include <thread>

#include "support/socket_options.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

class Unfinished : public SessionTest {
 protected:
  void SetUp() override { enter({"--line-timeout", "1"}); }
};

TEST_P(Unfinished, a_command_goes_on_after_its_time) {
  for (int i = 0; i < 2; ++i) {  // the second one behind numbers that have moved
    const auto line = announcement(active_mode(family()), listen_at(Role::client).local());
    talk().client().send(line.substr(0, 12));
    EXPECT_EQ(read_bytes(talk().server(), 12), line.substr(0, 12));
    if (i > 0) {
      set_keep_alive(talk().client());
      std::this_thread::sleep_for(Milliseconds{2'300});  // it would have given up by then
    }
    talk().client().send(line.substr(12) + "\r\n");
    EXPECT_EQ(talk().server().line(), std::string(line.size() - 12, 'X'));
    EXPECT_EQ(talk().to_client("500 no"), "500 no");
    expect_in_step();
    expect_data(negotiate_in(active_mode(family())));
  }
}

TEST_P(Unfinished, a_reply_goes_on_after_its_time) {
  EXPECT_EQ(talk().to_server("EPSV"), "EPSV");
  talk().server().send("229 Ent");
  EXPECT_EQ(read_bytes(talk().client(), 7), "229 Ent");
  talk().server().send("ering (|||999|)\r\n");
  EXPECT_EQ(talk().client().line(), std::string(15, 'X'));
  expect_in_step();
}

INSTANTIATE_TEST_SUITE_P(Slow, Unfinished,
                         testing::Values(Way{"both", Family::ipv4}, Way{"both", Family::ipv6}), way_name);

}  // namespace
}  // namespace pinhole::test
