#include "waits.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "support/standstills.hpp"
#include "support/timers.hpp"

namespace pinhole::test {
namespace {

/// The two hosts of the lab at hand.
struct Watched {
  explicit Watched(const Lab& lab) : client(lab, Role::client), server(lab, Role::server) {}
  Timers::Counts counts() const { return client.counts() + server.counts(); }

  Timers client, server;
};

/// How long the threads of a process have waited for a processor since they began.
std::chrono::nanoseconds delay_of(pid_t process) {
  std::chrono::nanoseconds sum{};
  std::error_code gone;
  for (const auto& thread :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", gone)) {
    std::ifstream file(thread.path() / "schedstat");
    long long ran = 0, waited = 0;
    if (file >> ran >> waited) sum += std::chrono::nanoseconds(waited);
  }
  return sum;
}

/// Half of TCP's shortest retransmission timeout.
constexpr std::chrono::milliseconds kBusy{100};

std::unique_ptr<Watched> watched;
struct {
  bool watching = false;
  Timers::Counts before;
  Standstills::Clock::time_point since;
  std::optional<pid_t> gateway;
  std::chrono::nanoseconds delay;
  bool may_wait = false;
  std::vector<std::string> lines;
} now;

std::chrono::nanoseconds delay_now() {
  return delay_of(getpid()) + (now.gateway ? delay_of(*now.gateway) : std::chrono::nanoseconds());
}

/// A timer that was not needed is known as such a little later.
long waited_after_all() {
  auto counts = watched->counts();
  const auto expired = counts.expired;
  for (int tries = 0; waited_for(now.before, counts) > 0 && tries < 10; ++tries) {
    std::this_thread::sleep_for(kBusy / 2);
    counts = watched->counts();
    counts.expired = expired;  // nobody waits for what is repeated from now on
  }
  return waited_for(now.before, counts);
}

class WaitWatcher : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { now = {}; }
  void OnTestEnd(const testing::TestInfo& test) override {
    if (watched && now.watching && !now.may_wait && !standstills().any_since(now.since) &&
        delay_now() - now.delay < kBusy) {
      EXPECT_EQ(waited_after_all(), 0)
          << "retransmission timers expired, and somebody waited: see tests/e2e/waits.hpp";
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

void watch_waits(const Lab& lab, std::optional<pid_t> gateway) {
  standstills();  // begins to watch
  if (!watched) watched = std::make_unique<Watched>(lab);
  if (now.watching) return;
  now.watching = true;
  now.before = watched->counts();
  now.since = Standstills::Clock::now();
  now.gateway = gateway;
  now.delay = delay_now();
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
