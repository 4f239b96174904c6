#include "load.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <exception>
#include <filesystem>
#include <future>
#include <thread>

#include "ftp_client.hpp"
#include "ftp_server.hpp"

namespace pinhole::bench {
namespace {

// The calling thread alone: a network namespace is a thread's own.
void enter(const std::string& netns) {
  if (netns.empty()) return;
  const Descriptor there(checked(open(netns.c_str(), O_RDONLY | O_CLOEXEC), netns.c_str()));
  checked(setns(there.get(), CLONE_NEWNET), "setns");
}

/// Thread 0 is the caller.
void seat_thread(int thread, const Seat& seat) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(seat.processor), &set);
  checked(sched_setaffinity(thread, sizeof set, &set), "sched_setaffinity");
  if (!seat.realtime) return;
  const sched_param lowest{.sched_priority = sched_get_priority_min(SCHED_FIFO)};
  checked(sched_setscheduler(thread, SCHED_FIFO, &lowest), "sched_setscheduler");
}

void settle_in(const Stage& stage, const std::string& netns) {
  if (stage.seat) seat_thread(0, *stage.seat);
  enter(netns);
}

class StopSign : public Watcher {
 public:
  StopSign() : event_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {}

  void watch(EventLoop& loop) { loop.watch(event_.get(), EPOLLIN, *this); }
  bool is_up() const { return up_; }
  /// From any thread.
  void raise() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(event_.get(), &one, sizeof one);
  }

 private:
  void ready(std::uint32_t) override { up_ = true; }

  Descriptor event_;
  bool up_ = false;
};

// What goes wrong before it listens is the promise's; afterwards, the program's.
void serve(const Stage& stage, StopSign& stop, std::promise<Endpoint>& listening) {
  std::optional<EventLoop> loop;
  std::optional<FtpServer> server;
  try {
    settle_in(stage, stage.server_netns);
    loop.emplace();
    stop.watch(*loop);
    server.emplace(*loop, stage.listen);
    listening.set_value(server->local());
  } catch (...) {
    return listening.set_exception(std::current_exception());
  }
  while (!stop.is_up()) {
    loop->turn(std::chrono::milliseconds{-1});
    server->bury();
  }
}

}  // namespace

Tally play(const Workload& workload, const Length& length, const Stage& stage,
           std::chrono::milliseconds stalled) {
  StopSign stop;
  std::promise<Endpoint> listening;
  std::jthread server([&] { serve(stage, stop, listening); });
  const struct AtTheEnd {
    StopSign& stop;
    ~AtTheEnd() { stop.raise(); }
  } at_the_end{stop};
  const auto dial = [&](const Endpoint& local) {
    return stage.dial.value_or(local);
  }(listening.get_future().get());

  auto tally = std::async(std::launch::async, [&] {
    settle_in(stage, stage.client_netns);
    EventLoop loop;
    FtpClients clients(loop, workload, length, dial);
    clients.run(stalled);
    return std::move(clients.tally());
  });
  return tally.get();
}

void seat_process(int process, const Seat& seat) {
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    seat_thread(std::stoi(task.path().filename()), seat);
  }
}

}  // namespace pinhole::bench
