#include "app/log.hpp"

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "app/event_text.hpp"
#include "app/log_output.hpp"
#include "app/log_queue.hpp"

namespace pinhole::app {
namespace {

/// Where one event is, more follow: who puts them into the queue need not wake the log's thread for each.
constexpr std::chrono::milliseconds kGather{5};

/// How often a full disk is tried while nothing else is to be written.
constexpr std::chrono::milliseconds kRetry{1'000};

/// Hands an entry to the output.
struct Adding {
  LogOutput& output;
  const LogEntry& entry;

  void operator()(const Lost& lost) const { output.add_lost(entry.time, lost.count); }
  void operator()(const std::string& line) const { output.add(entry.time, entry.level, line); }
  void operator()(const alg::Event& event) const { output.add(entry.time, entry.level, describe(event)); }
};

LogOutput::Style style_of_standard_error() {
  return std::getenv("JOURNAL_STREAM") != nullptr ? LogOutput::Style::journal : LogOutput::Style::dated;
}

/// A reader who is gone must not end the program (SIGPIPE), nor a signal interrupt this thread.
void take_no_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

struct Log::Shared {
  explicit Shared(const Options& options)
      : queue(options.entries), output(options.descriptor, style_of_standard_error()) {}

  LogQueue queue;
  LogOutput output;
};

Log::Log(LogLevel level, Options options)
    : level_(level), last_words_(options.last_words), shared_(std::make_shared<Shared>(options)) {
  std::promise<void> end;
  ended_ = end.get_future();
  thread_ = std::thread([shared = shared_, end = std::move(end)]() mutable {
    take_no_signals();
    write_entries(*shared);
    end.set_value();
  });
}

Log::~Log() {
  shared_->queue.close();
  if (ended_.wait_for(last_words_) == std::future_status::ready) {
    thread_.join();
  } else {
    // It waits in write(), which nothing ends but the reader or the end of the process.
    shared_->queue.close_and_forget();
    thread_.detach();
  }
}

void Log::write_entries(Shared& shared) {
  auto& [queue, output] = shared;
  while (output.owes_word() ? queue.wait_for(kRetry) : queue.wait()) {
    while (const auto entry = queue.take_now()) std::visit(Adding{output, *entry}, entry->what);
    output.flush();
    std::this_thread::sleep_for(kGather);
  }
  output.flush();  // what could not be said before
}

void Log::write(LogLevel level, const alg::Event& event) {
  if (wants(level)) shared_->queue.put(level, event);
}

void Log::write(LogLevel level, std::string_view line) {
  if (wants(level)) shared_->queue.put(level, std::string(line));
}

void Log::announce(std::string_view line) {
  shared_->queue.put(LogLevel::info, std::string(line));
}

std::uint64_t Log::lost() const {
  return shared_->queue.lost() + shared_->output.failed();
}

}  // namespace pinhole::app
