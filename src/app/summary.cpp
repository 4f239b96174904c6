#include "app/summary.hpp"

namespace pinhole::app {
namespace {

using Workers = std::span<const WorkerCounters>;
using alg::Counter;
using alg::ReasonCounters;
using netfilter::Counters;
using observe::EventCounters;

const Counter& counter_of(const WorkerCounters& worker, Counter Counters::*counter) {
  return worker.packets->*counter;
}
const Counter& counter_of(const WorkerCounters& worker, Counter EventCounters::*counter) {
  return worker.events->*counter;
}
const ReasonCounters& counter_of(const WorkerCounters& worker, ReasonCounters Counters::*counters) {
  return worker.packets->*counters;
}
const ReasonCounters& counter_of(const WorkerCounters& worker, ReasonCounters EventCounters::*counters) {
  return worker.events->*counters;
}

template <class Member>
std::uint64_t total(Workers workers, Member counter) {
  std::uint64_t sum = 0;
  for (const auto& worker : workers) sum += counter_of(worker, counter).value();
  return sum;
}

/// "TITLEname number, name number"
template <class Member>
std::string by_reason(Workers workers, Member counters, const std::string& title) {
  std::string text;
  for (const auto& reason : alg::all_reasons()) {
    std::uint64_t sum = 0;
    for (const auto& worker : workers) sum += counter_of(worker, counters)[reason.reason].value();
    if (sum == 0) continue;
    text.append(text.empty() ? title : ", ").append(reason.name).append(" ");
    text += std::to_string(sum);
  }
  return text;
}

}  // namespace

std::string summary(Workers workers, std::uint64_t lost_lines) {
  std::string text = std::to_string(total(workers, &Counters::packets)) + " packets of " +
                     std::to_string(total(workers, &EventCounters::began)) + " connections";
  text += by_reason(workers, &Counters::verdicts, "; verdicts ");
  text += by_reason(workers, &EventCounters::negotiations, "; negotiations ");
  text += by_reason(workers, &EventCounters::refusals, "; refusals ");
  const auto add = [&text](std::uint64_t sum, const char* name) {
    if (sum > 0) text.append("; ").append(std::to_string(sum)).append(" ").append(name);
  };
  add(total(workers, &EventCounters::connected), "data connections");
  add(total(workers, &EventCounters::cut), "further connections cut off");
  add(total(workers, &EventCounters::missed), "times bytes missed");
  struct Other {
    Counter Counters::*counter;
    const char* name;
  };
  for (const auto& [counter, name] : {
           Other{&Counters::acknowledged, "segments acknowledged locally"},
           Other{&Counters::reset, "RSTs sent back"},
           Other{&Counters::not_sent_back, "packets not sent back"},
           Other{&Counters::overruns, "queue overruns"},
           Other{&Counters::refused_verdicts, "verdicts refused"},
           Other{&Counters::exceptions, "exceptions"},
       }) {
    add(total(workers, counter), name);
  }
  add(lost_lines, "log lines lost");
  return text;
}

}  // namespace pinhole::app
