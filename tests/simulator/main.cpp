// simulator [--first SEED] [--seeds N] [--jobs J] [--write FAILED.pcap]
//
// Runs whole sessions, one for each seed. A seed that fails prints its story and is written as a capture of
// the packets at the router's hook, as they came and as they went.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>

#include "simulator/world.hpp"

namespace {

using namespace pinhole::test::simulator;

struct Totals {
  std::atomic<std::uint64_t> next, packets, negotiations, acknowledged_locally, garbled, resets, conflicts,
      misjudged;
  std::atomic<bool> failed;
};

void write_capture(const std::string& name, const World& world) {
  std::ofstream out(name, std::ios::binary);
  const auto put32 = [&out](std::uint32_t value) { out.write(reinterpret_cast<const char*>(&value), 4); };
  put32(0xa1b2c3d4);
  put32(0x00040002);                                                       // version 2.4
  for (const std::uint32_t value : {0u, 0u, 262144u, 101u}) put32(value);  // raw IP
  for (const auto& [when, packet] : world.records()) {
    put32(static_cast<std::uint32_t>(when / 1'000'000));
    put32(static_cast<std::uint32_t>(when % 1'000'000));
    put32(static_cast<std::uint32_t>(packet.size()));
    put32(static_cast<std::uint32_t>(packet.size()));
    out.write(reinterpret_cast<const char*>(packet.data()), static_cast<std::streamsize>(packet.size()));
  }
}

void tell(std::uint64_t seed, const std::string& what, const std::string& capture) {
  World again(seed);
  again.keep_records();
  try {
    again.run();
  } catch (const std::exception&) {
  }
  write_capture(capture, again);
  std::printf("seed %llu: %s\n%sIts packets: %s. Again: simulator --first %llu --seeds 1\n",
              static_cast<unsigned long long>(seed), what.c_str(), again.story().c_str(), capture.c_str(),
              static_cast<unsigned long long>(seed));
}

void work(std::uint64_t end, const std::string& capture, Totals& totals) {
  static std::mutex telling;
  for (std::uint64_t seed; !totals.failed && (seed = totals.next++) < end;) {
    try {
      const auto outcome = World(seed).run();
      totals.packets += outcome.packets;
      totals.negotiations += outcome.negotiations;
      totals.acknowledged_locally += outcome.acknowledged_locally;
      totals.garbled += outcome.garbled;
      totals.resets += outcome.resets;
      totals.conflicts += outcome.conflicts;
      totals.misjudged += outcome.misjudged;
    } catch (const std::exception& error) {
      const std::scoped_lock lock(telling);
      if (!totals.failed.exchange(true)) tell(seed, error.what(), capture);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t first = 1, seeds = 1000, jobs = std::thread::hardware_concurrency();
  std::string capture = "simulator-failed.pcap";
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (value != nullptr && name == "--first")
      first = std::strtoull(value, nullptr, 10);
    else if (value != nullptr && name == "--seeds")
      seeds = std::strtoull(value, nullptr, 10);
    else if (value != nullptr && name == "--jobs")
      jobs = std::strtoull(value, nullptr, 10);
    else if (value != nullptr && name == "--write")
      capture = value;
    else {
      std::fprintf(stderr, "usage: simulator [--first SEED] [--seeds N] [--jobs J] [--write FAILED.pcap]\n");
      return 2;
    }
  }
  /// At most so many in a run, and one in 100,000 sessions.
  constexpr std::uint64_t kMisjudged = 1, kOutOf = 100'000;
  Totals totals{};
  totals.next = first;
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::jthread> threads;
  for (std::uint64_t i = 0; i < jobs; ++i)
    threads.emplace_back([&] { work(first + seeds, capture, totals); });
  threads.clear();
  if (totals.misjudged > kMisjudged + seeds / kOutOf) totals.failed = true;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  std::printf(
      "%llu seeds from %llu: %llu packets, %llu negotiations, %llu segments acknowledged locally, %llu lines "
      "garbled, "
      "%llu sessions reset, "
      "%llu conflicting repetitions, %llu gaps misjudged, %.1f s%s\n",
      static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(first),
      static_cast<unsigned long long>(totals.packets.load()),
      static_cast<unsigned long long>(totals.negotiations.load()),
      static_cast<unsigned long long>(totals.acknowledged_locally.load()),
      static_cast<unsigned long long>(totals.garbled.load()),
      static_cast<unsigned long long>(totals.resets.load()),
      static_cast<unsigned long long>(totals.conflicts.load()),
      static_cast<unsigned long long>(totals.misjudged.load()), taken.count(),
      totals.failed ? ", FAILED" : "");
  return totals.failed ? 1 : 0;
}
