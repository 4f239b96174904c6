#include "waits.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "support/standstills.hpp"
#include "support/timers.hpp"

namespace pinhole::test {
namespace {

constexpr std::chrono::milliseconds kMoment{50};
constexpr Milliseconds kAloneLimit{120'000};
constexpr const char* kAlone = "PINHOLE_TESTED_ALONE";  // set where a test is run again

/// The two hosts of the lab at hand.
struct Watched {
  explicit Watched(const Lab& lab) : client(lab, Role::client), server(lab, Role::server) {}
  Timers::Counts counts() const { return client.counts() + server.counts(); }

  Timers client, server;
};

std::unique_ptr<Watched> watched;
struct {
  bool watching = false;
  Timers::Counts before;
  Standstills::Clock::time_point since;
  bool may_wait = false;
  std::vector<std::string> lines;
} now;

/// A timer that was not needed is known as such a little later.
bool has_waited() {
  if (!watched || !now.watching || now.may_wait || standstills().any_since(now.since)) return false;
  auto counts = watched->counts();
  const auto expired = counts.expired;
  for (int tries = 0; waited_for(now.before, counts) > 0 && tries < 10; ++tries) {
    std::this_thread::sleep_for(kMoment);
    counts = watched->counts();
    counts.expired = expired;  // nobody waits for what is repeated from now on
  }
  return waited_for(now.before, counts) > 0;
}

/// In a process and a lab of its own.
bool passes_alone(const std::string& name) {
  const auto program = std::filesystem::read_symlink("/proc/self/exe").string();
  const Arguments command{"env",
                          "-u",
                          "GTEST_OUTPUT",
                          "-u",
                          "GTEST_TOTAL_SHARDS",
                          "-u",
                          "GTEST_SHARD_INDEX",
                          std::string(kAlone) + "=1",
                          program,
                          "--gtest_filter=" + name};
  return run(command, kAloneLimit).status == 0;
}

bool waits_again(const std::string& name) {
  if (std::getenv(kAlone) != nullptr) return true;
  for (int tries = 0; tries < 3; ++tries) {
    if (passes_alone(name)) return false;
  }
  return true;
}

class WaitWatcher : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { now = {}; }
  void OnTestEnd(const testing::TestInfo& test) override {
    if (has_waited() && waits_again(std::string(test.test_suite_name()) + "." + test.name())) {
      ADD_FAILURE() << "a retransmission timer expired, and somebody waited: tests/e2e/waits.hpp";
    }
    if (!test.result()->Failed()) return;
    for (const auto& line : now.lines) std::printf("%s\n", line.c_str());
  }
};

class WatchWaits : public testing::Environment {
 public:
  void SetUp() override { testing::UnitTest::GetInstance()->listeners().Append(new WaitWatcher); }
};
[[maybe_unused]] const auto* const kWatch = testing::AddGlobalTestEnvironment(new WatchWaits);

}  // namespace

void watch_waits(const Lab& lab) {
  standstills();  // begins to watch
  if (!watched) watched = std::make_unique<Watched>(lab);
  if (now.watching) return;
  now.watching = true;
  now.before = watched->counts();
  now.since = Standstills::Clock::now();
}

void forget_waits() {
  watched.reset();
  now.watching = false;
}

void expect_waits(const char* why) {
  now.may_wait = true;
  remember(std::string("waiting is expected: ") + why);
}

void remember(const std::string& line) {
  now.lines.push_back(line);
}

}  // namespace pinhole::test
