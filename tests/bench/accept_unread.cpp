// bench_accept QUEUE...: accepts every packet of these queues unread, a thread each. What a packet's way
// through userspace costs where nothing is done with it: the floor that `pinhole run` is measured against.
//
// It reads and answers as netfilter::Worker does: all messages that wait, then all verdicts in one call.

#include <poll.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <deque>
#include <exception>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "netfilter/nfqueue.hpp"

namespace pinhole::bench {
namespace {

void accept_all(netfilter::NfQueue& queue) {
  netfilter::VerdictBatch verdicts;
  pollfd waiting{queue.descriptor(), POLLIN, 0};
  for (;;) {
    if (poll(&waiting, 1, -1) < 0) continue;
    for (const auto message : queue.receive()) {
      const auto parsed = netfilter::parse_queue_message(message);
      if (parsed && parsed->packet) verdicts.accept(parsed->packet->id);
    }
    if (!verdicts.empty()) queue.send(verdicts);
  }
}

std::optional<std::uint16_t> queue_number(const char* text) {
  std::uint16_t result = 0;
  const char* const end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, result);
  if (error != std::errc() || rest != end) return {};
  return result;
}

int run(int count, char** words) {
  std::deque<netfilter::NfQueue> queues;
  for (int i = 0; i < count; ++i) {
    const auto number = queue_number(words[i]);
    if (!number) return std::fprintf(stderr, "bench_accept: '%s' is no queue's number\n", words[i]), 2;
    queues.emplace_back(netfilter::NfQueue::Options{.number = *number});
  }
  std::fputs("ready\n", stderr);
  std::vector<std::jthread> threads;
  for (auto& queue : queues) threads.emplace_back([&queue] { accept_all(queue); });
  return 0;  // never: its end is a signal
}

}  // namespace
}  // namespace pinhole::bench

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: bench_accept QUEUE...\n", stderr), 2;
  try {
    return pinhole::bench::run(argc - 1, argv + 1);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_accept: %s\n", error.what());
    return 1;
  }
}
