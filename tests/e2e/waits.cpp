#include "waits.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
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

std::unique_ptr<Watched> watched;
struct {
  bool watching = false;
  Timers::Counts before;
  Standstills::Clock::time_point since;
  bool may_wait = false;
  std::vector<std::string> lines;
} now;

class Listener : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { now = {}; }
  void OnTestEnd(const testing::TestInfo& test) override {
    if (watched && now.watching && !now.may_wait && !standstills().any_since(now.since)) {
      EXPECT_EQ(waited_for(now.before, watched->counts()), 0)
          << "retransmission timers expired, and somebody waited: see tests/e2e/waits.hpp";
    }
    if (!test.result()->Failed()) return;
    for (const auto& line : now.lines) std::printf("%s\n", line.c_str());
  }
};

class Watch : public testing::Environment {
 public:
  void SetUp() override { testing::UnitTest::GetInstance()->listeners().Append(new Listener); }
};
[[maybe_unused]] const auto* const kWatch = testing::AddGlobalTestEnvironment(new Watch);

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
