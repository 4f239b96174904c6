// The load generator over the loopback device: what is right passes, and whatever is wrong is counted.
#include "load.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <thread>

#include "announced.hpp"
#include "blocking_peer.hpp"
#include "contents.hpp"
#include "ftp_server.hpp"

namespace pinhole::bench {
namespace {

constexpr std::chrono::milliseconds kPatience{30'000};  // reached only where a test fails

std::string text(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

// --- What is right ---------------------------------------------------------------------------------------

class LoadOf : public testing::TestWithParam<Workload> {};

TEST_P(LoadOf, PlaysWithEveryByteRight) {
  auto workload = GetParam();
  workload.transfer =
      std::min<std::uint64_t>(workload.transfer, 3'000'000);  // more than a buffer, and soon done
  auto tally = play(workload, {.bodies = 3}, {.listen = loopback()}, kPatience);
  EXPECT_EQ(tally.failures, 0u) << tally.reasons.begin()->first;
  EXPECT_EQ(tally.bodies, 3u * workload.clients);
  EXPECT_EQ(tally.sessions, workload.whole_sessions ? 3u * workload.clients : workload.clients);
  const auto transfers = static_cast<std::uint64_t>(std::ranges::count(workload.body, Command::retr) +
                                                    std::ranges::count(workload.body, Command::stor));
  EXPECT_EQ(tally.transfers, transfers * tally.bodies);
  EXPECT_EQ(tally.bytes, transfers * tally.bodies * workload.transfer);
  for (const auto command : workload.body) EXPECT_GE(tally.of(command).size(), tally.bodies);
}

std::string test_name(const testing::TestParamInfo<Workload>& workload) {
  std::string name(workload.param.name);
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Every, LoadOf, testing::ValuesIn(workloads().begin(), workloads().end()), test_name);

TEST(Load, LeavesTheTimesOfTheWarmUpOut) {
  const Workload noop{.name = "", .what = "", .body = {Command::noop}};
  auto tally = play(noop, {.bodies = 5, .warm_up = 3}, {.listen = loopback()}, kPatience);
  EXPECT_EQ(tally.bodies, 5u);
  EXPECT_EQ(tally.of(Command::noop).size(), 2u);
}

TEST(Load, GoesOnUntilTheTimeHasPassed) {
  const Workload noop{.name = "", .what = "", .body = {Command::noop}};
  const Length length{.time = std::chrono::milliseconds{50}, .bodies = 1};
  const auto tally = play(noop, length, {.listen = loopback()}, kPatience);
  EXPECT_GE(tally.seconds, 0.05);
  EXPECT_GT(tally.bodies, 1u);
}

// --- What a server does wrong ----------------------------------------------------------------------------

/// What the one session's client has counted whose download `deliver` sends.
Tally download(const std::function<void(const BlockingPeer& data, std::string contents)>& deliver,
               const std::string& last_reply = "226 whole") {
  const auto listener = listen_at(loopback());
  std::jthread server([&] {
    auto control = BlockingPeer::accepted(listener);
    const auto passive = listen_at(loopback());
    const auto announced = "227 passive (" + commas(local_of(passive)) + ")";
    std::string command;
    for (const auto& reply :
         {std::string("220 hello"), std::string("331 who"), std::string("230 in"), announced}) {
      control.send(reply + "\r\n");
      command = control.line();  // USER, PASS, PASV, RETR
    }
    const auto contents = Contents::named(std::string_view(command).substr(5)).value();
    {
      const auto data = BlockingPeer::accepted(passive);
      deliver(data, text(contents.from(0)));
    }
    control.send("150 here\r\n" + last_reply + "\r\n");
    if (control.line() == "QUIT") control.send("221 bye\r\n");
  });
  const Workload workload{.name = "", .what = "", .body = {Command::pasv, Command::retr}, .transfer = 1000};
  // The load's own server has nothing to do.
  return play(workload, {}, {.listen = loopback(), .dial = local_of(listener)}, kPatience);
}

using Reasons = std::map<std::string, std::uint64_t>;

TEST(Download, AsItShouldBe) {
  const auto tally = download([](auto& data, auto contents) { data.send(contents); });
  EXPECT_EQ(tally.reasons, Reasons{});
  EXPECT_EQ(tally.transfers, 1u);
}

TEST(Download, WithOneByteWrong) {
  const auto tally = download([](auto& data, auto contents) {
    contents[999] ^= 1;
    data.send(contents);
  });
  EXPECT_EQ(tally.reasons, (Reasons{{"RETR: wrong bytes", 1}}));
  EXPECT_EQ(tally.failures, 1u);
  EXPECT_EQ(tally.transfers, 0u);
}

TEST(Download, WithOneByteTooFew) {
  const auto tally = download([](auto& data, auto contents) { data.send(contents.substr(0, 999)); });
  EXPECT_EQ(tally.reasons, (Reasons{{"RETR: wrong size", 1}}));
}

TEST(Download, WithOneByteTooMany) {
  const auto tally = download([](auto& data, auto contents) { data.send(contents + "x"); });
  EXPECT_EQ(tally.reasons, (Reasons{{"RETR: wrong size", 1}}));
}

TEST(Download, RightButRefused) {
  const auto tally = download([](auto& data, auto contents) { data.send(contents); }, "451 no");
  EXPECT_EQ(tally.reasons, (Reasons{{"RETR: reply 451 no", 1}}));
}

TEST(Load, CountsAConnectionThatIsRefused) {
  const auto nobody = [] { return local_of(listen_at(loopback())); }();
  const Workload noop{.name = "", .what = "", .body = {Command::noop}};
  const auto tally = play(noop, {.bodies = 2}, {.listen = loopback(), .dial = nobody}, kPatience);
  EXPECT_EQ(tally.reasons, (Reasons{{"connect: connection lost", 2}}));
  EXPECT_EQ(tally.sessions, 0u);
}

TEST(Load, CountsAServerThatSaysNothing) {
  const auto listener = listen_at(loopback());
  const Workload noop{.name = "", .what = "", .body = {Command::noop}};
  const auto tally =
      play(noop, {}, {.listen = loopback(), .dial = local_of(listener)}, std::chrono::milliseconds{50});
  EXPECT_EQ(tally.reasons, (Reasons{{"connect: stalled", 1}}));
}

// --- What a client does wrong ----------------------------------------------------------------------------

TEST(Upload, WithOneByteWrongIsRefused) {
  EventLoop loop;
  FtpServer server(loop, loopback());
  const Contents contents{.size = 1000, .number = 7};
  std::string right_reply, wrong_reply;
  std::atomic<bool> over = false;
  std::jthread client([&] {
    auto control = BlockingPeer::connected(server.local());
    control.line();
    for (auto* reply : {&right_reply, &wrong_reply}) {
      control.send("PASV\r\n");
      const auto passive = from_commas(parenthesized(control.line()));
      auto bytes = text(contents.from(0));
      if (reply == &wrong_reply) bytes[0] ^= 1;
      control.send("STOR " + contents.name() + "\r\n");
      control.line();
      BlockingPeer::connected(passive.value()).send(bytes);
      *reply = control.line();
    }
    over = true;
  });
  while (!over) loop.turn(std::chrono::milliseconds{10});
  EXPECT_EQ(right_reply, "226 whole");
  EXPECT_EQ(wrong_reply, "451 wrong bytes");
}

}  // namespace
}  // namespace pinhole::bench
