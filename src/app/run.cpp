// pinhole run: the gateway, in the foreground. One worker thread per queue, and this thread, which waits for
// the signal to stop.

#include <pthread.h>
#include <signal.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <atomic>
#include <boost/program_options/value_semantic.hpp>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include "app/arguments.hpp"
#include "app/event_log.hpp"
#include "app/log.hpp"
#include "app/settings.hpp"
#include "app/subcommand.hpp"
#include "app/summary.hpp"
#include "netfilter/ctnetlink_lookout.hpp"
#include "netfilter/ctnetlink_tracker.hpp"
#include "netfilter/leftovers.hpp"
#include "netfilter/requirements.hpp"
#include "netfilter/survey.hpp"
#include "netfilter/worker.hpp"
#include "observe/event_counters.hpp"
#include "observe/observers.hpp"

namespace pinhole::app {
namespace {

namespace po = boost::program_options;

/// A queue's worker, and who watches it.
struct Post {
  Post(const netfilter::Worker::Options& options, EventLog& log, netfilter::Survey& survey)
      : observers({&counters, &log}), worker(options, log, observers, survey) {}

  observe::EventCounters counters;
  observe::Observers observers;
  netfilter::Worker worker;
};
using Posts = std::vector<std::unique_ptr<Post>>;

po::options_description all_options() {
  po::options_description options(
      "usage: pinhole run [OPTIONS]\n\nRuns the gateway in the foreground.\n\nOptions");
  options.add_options()("help,h", "print this help")(
      "config", po::value<std::string>()->value_name("FILE"),
      "read the configuration from FILE, see pinhole.conf(5); options override the file");
  options.add(gateway_options()).add(queue_options());
  return options;
}

/// SIGTERM and SIGINT wait for sigwait() in the main thread, also while it is starting up. Threads inherit
/// this.
sigset_t hold_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

netfilter::Worker::Options worker_options(const Settings& settings, unsigned queue) {
  netfilter::Worker::Options options;
  options.queue.number = static_cast<std::uint16_t>(queue);
  // Packets without an entry in conntrack, of all queues: no session is made of them.
  if (queue == settings.queue_base) {
    options.queue.second = static_cast<std::uint16_t>(settings.queue_base + settings.queues);
  }
  options.queue.length = settings.queue_length;
  options.queue.socket_buffer = static_cast<int>(settings.socket_buffer);
  options.queue.fail_open = settings.fail_open;
  options.policies = settings.policies();
  options.limits = settings.limits;
  // What waits for a verdict takes its place in the kernel's queue: the other half is for what is on its way.
  options.limits.waiting_packets =
      std::min<std::size_t>(options.limits.waiting_packets, std::max(settings.queue_length / 2, 1u));
  if (const auto most = netfilter::most_expectations()) {
    options.limits.unused_pinholes_per_client = std::max<std::size_t>(*most / 4, 1);
  }
  return options;
}

Posts make_workers(const Settings& settings, EventLog& log, netfilter::Survey& survey) {
  Posts posts;
  for (unsigned i = 0; i < settings.queues; ++i) {
    const unsigned queue = settings.queue_base + i;
    try {
      posts.push_back(std::make_unique<Post>(worker_options(settings, queue), log, survey));
    } catch (const netfilter::QueueError& error) {
      throw std::runtime_error(netfilter::explain_queue_failure(error.queue(), error));
    } catch (const std::system_error& error) {
      throw std::runtime_error(netfilter::explain_queue_failure(queue, error));
    }
  }
  return posts;
}

void clear_leftovers(const Settings& settings, netfilter::Reporter& reporter) {
  netfilter::CtnetlinkLookout lookout;
  netfilter::CtnetlinkTracker tracker(reporter, netfilter::CtnetlinkTracker::Pinholes::last_until_closed);
  const auto count = netfilter::close_leftovers(lookout, tracker, settings.control_ports);
  if (count == 0) return;
  reporter.report(netfilter::Severity::info,
                  "pinholes of an earlier gateway removed: " + std::to_string(count));
}

std::string ready_line(const Settings& settings) {
  std::string line = "ready: queues " + std::to_string(settings.queue_base) + "-" +
                     std::to_string(settings.queue_base + settings.queues);
  const char* before = ", control ports ";
  for (const auto port : settings.control_ports) {
    line.append(before).append(std::to_string(port));
    before = ",";
  }
  return line.append(settings.fail_open ? ", fail open" : ", fail closed");
}

/// Runs the workers until a stop signal or until one of them fails. False if one failed.
bool work(const Posts& posts, const sigset_t& stop_signals, Log& log) {
  std::atomic<bool> failed = false;
  std::vector<std::jthread> threads;
  for (const auto& post : posts) {
    threads.emplace_back([&failed, &log, worker = &post->worker] {
      try {
        worker->run();
      } catch (const std::exception& error) {
        log.write(LogLevel::error, std::string("a queue's worker failed: ") + error.what());
        failed = true;
        kill(getpid(), SIGTERM);
      }
    });
  }
  sd_notify(0, "READY=1");
  int signal = 0;
  sigwait(&stop_signals, &signal);
  sd_notify(0, "STOPPING=1");
  for (const auto& post : posts) post->worker.stop();
  threads.clear();
  return !failed;
}

}  // namespace

int run_main(std::span<char* const> arguments) {
  const auto options = all_options();
  Settings settings;
  try {
    const auto values = parse_arguments(arguments, options);
    if (values.count("help") != 0) {
      std::cout << options;
      return kOk;
    }
    settings = settings_from(values);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "pinhole run: %s\n", error.what());
    return kUsage;
  }
  const auto stop_signals = hold_stop_signals();
  Log log(settings.log_level);
  EventLog events(log);
  if (const auto missing = netfilter::missing_requirement()) throw std::runtime_error(*missing);
  netfilter::Survey survey(std::make_unique<netfilter::CtnetlinkLookout>(), events);
  const auto posts = make_workers(settings, events, survey);
  clear_leftovers(settings, events);  // the queues are ours: no other gateway answers for them
  log.announce(ready_line(settings));
  const bool good = work(posts, stop_signals, log);
  if (log.wants(LogLevel::info)) {
    std::vector<WorkerCounters> counters;
    for (const auto& post : posts) counters.push_back({&post->worker.counters(), &post->counters});
    log.write(LogLevel::info, "stopped: " + summary(counters, log.lost()));
  }
  return good ? kOk : kFailure;
}

}  // namespace pinhole::app
