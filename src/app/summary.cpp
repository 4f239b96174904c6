#include "app/summary.hpp"

#include <cstdint>

namespace pinhole::app {
namespace {

using Workers = std::span<const netfilter::Counters* const>;

std::uint64_t total(Workers workers, netfilter::Counter netfilter::Counters::*counter) {
  std::uint64_t sum = 0;
  for (const auto* worker : workers) sum += (worker->*counter).value();
  return sum;
}

/// "TITLEname number, name number"
std::string by_reason(Workers workers, netfilter::ReasonCounters netfilter::Counters::*counters,
                      const std::string& title) {
  std::string text;
  for (const auto& reason : alg::all_reasons()) {
    std::uint64_t sum = 0;
    for (const auto* worker : workers) sum += (worker->*counters)[reason.reason].value();
    if (sum == 0) continue;
    text.append(text.empty() ? title : ", ").append(reason.name).append(" ");
    text += std::to_string(sum);
  }
  return text;
}

}  // namespace

std::string summary(Workers workers) {
  using netfilter::Counters;
  std::string text = std::to_string(total(workers, &Counters::packets)) + " packets of " +
                     std::to_string(total(workers, &Counters::flows)) + " connections";
  text += by_reason(workers, &Counters::verdicts, "; verdicts ");
  text += by_reason(workers, &Counters::decisions, "; negotiations ");
  struct Trouble {
    netfilter::Counter Counters::*counter;
    const char* name;
  };
  for (const auto& [counter, name] : {
           Trouble{&Counters::sent_back, "acknowledgments sent back"},
           Trouble{&Counters::not_sent_back, "acknowledgments not sent"},
           Trouble{&Counters::overruns, "queue overruns"},
           Trouble{&Counters::refused_verdicts, "verdicts refused"},
           Trouble{&Counters::exceptions, "exceptions"},
       }) {
    if (const auto sum = total(workers, counter))
      text.append("; ").append(std::to_string(sum)).append(" ").append(name);
  }
  return text;
}

}  // namespace pinhole::app
