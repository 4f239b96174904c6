#include "netfilter/worker.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace pinhole::netfilter {
namespace {

constexpr std::chrono::seconds kTick{1};

alg::Time now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

/// Without them nothing tells when a data connection is there.
std::optional<PacketCopies> copies_for(std::uint16_t queue, Reporter& reporter) {
  const auto group = copies_of_queue(queue);
  try {
    return std::optional<PacketCopies>(std::in_place, group);
  } catch (const std::system_error& error) {
    const bool busy = error.code().value() == EBUSY;
    reporter.report(Severity::warning,
                    "NFLOG group " + std::to_string(group) + ": " +
                        (busy ? "in use by another program" : error.code().message()) +
                        "; a pinhole ends with the first packet that comes through it, even a damaged one");
    return std::nullopt;
  }
}

}  // namespace

Worker::Worker(const Options& options, Reporter& reporter, alg::Observer& observer, Survey& survey)
    : fail_open_(options.queue.fail_open),
      without_entry_(options.queue.second),
      reporter_(reporter),
      queue_(options.queue),
      copies_(copies_for(options.queue.number, reporter)),
      tracker_(*this, reporter,
               copies_ ? CtnetlinkTracker::Pinholes::last_until_closed
                       : CtnetlinkTracker::Pinholes::end_with_first_packet),
      desk_(survey),
      stop_event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      next_tick_(std::chrono::steady_clock::now() + kTick) {
  if (stop_event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  gateway_.emplace(options.policies, options.limits,
                   gateway::Surroundings{tracker_, desk_, static_cast<alg::Sink&>(*this), observer});
}

Worker::~Worker() {
  close(stop_event_);
}

void Worker::stop() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(stop_event_, &one, sizeof one);
}

void Worker::run() {
  std::array<pollfd, 4> waiting{{{queue_.descriptor(), POLLIN, 0},
                                 {stop_event_, POLLIN, 0},
                                 {desk_.descriptor(), POLLIN, 0},
                                 {copies_ ? copies_->descriptor() : -1, POLLIN, 0}}};
  while ((waiting[1].revents & POLLIN) == 0) {
    const auto wait =
        std::chrono::ceil<std::chrono::milliseconds>(next_tick_ - std::chrono::steady_clock::now());
    if (poll(waiting.data(), waiting.size(), static_cast<int>(std::max<long>(wait.count(), 0))) < 0) {
      if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
      continue;
    }
    if (waiting[0].revents != 0) {
      const auto messages = queue_.receive();
      take_copies();  // what has caused one of these is among them
      for (const auto message : messages) handle(message);
      flush();
    } else if (waiting[3].revents != 0) {
      take_copies();
    }
    if (waiting[2].revents != 0) take_answers();
    tick_if_due();
  }
  gateway_.reset();  // gives the verdicts of held packets
  flush();
}

void Worker::handle(std::span<const std::uint8_t> message) {
  const auto parsed = parse_queue_message(message);
  if (!parsed) return;
  if (parsed->packet) {
    counters_.packets.add();
    judge(*parsed->packet);
  } else if (parsed->error != 0) {
    counters_.refused_verdicts.add();
  }
}

void Worker::judge(const QueuedPacket& packet) {
  current_ = packet;
  if (const auto damage = damage_of(packet))
    return verdict(packet.id, {alg::Verdict::Action::drop, *damage, {}});
  try {
    const bool without = queue_of(packet.id) == without_entry_;
    gateway_->packet(packet.id, packet.bytes, now(), without ? alg::Entry::none : alg::Entry::there);
  } catch (const std::exception& error) {
    report_exception("a packet could not be processed", error);
  }
}

void Worker::take_copies() {
  if (!copies_) return;
  for (auto copies = copies_->receive(); !copies.empty(); copies = copies_->receive()) {
    for (const auto packet : copies) {
      try {
        gateway_->data_connection(packet);
      } catch (const std::exception& error) {
        report_exception("a data connection could not be processed", error);
      }
    }
  }
}

void Worker::take_answers() {
  for (const auto& answer : desk_.take_answers()) {
    try {
      if (const auto* transfer = std::get_if<alg::TransferAnswer>(&answer)) {
        gateway_->answer(*transfer, now());
      } else {
        gateway_->answer(std::get<std::vector<alg::Listed>>(answer));
      }
    } catch (const std::exception& error) {
      report_exception("housekeeping failed", error);
    }
  }
}

void Worker::report_exception(const char* where, const std::exception& error) {
  counters_.exceptions.add();
  if (exception_reported_) return;
  exception_reported_ = true;
  reporter_.report(Severity::error, std::string(where) + ": " + error.what());
}

void Worker::tick_if_due() {
  const auto time = std::chrono::steady_clock::now();
  if (time < next_tick_) return;
  next_tick_ = time + kTick;
  exception_reported_ = false;
  try {
    gateway_->tick(time.time_since_epoch());
  } catch (const std::exception& error) {
    report_exception("housekeeping failed", error);
  }
  flush();
  if (const auto lost = queue_.overruns() - counters_.overruns.value()) {
    counters_.overruns.add(lost);
    reporter_.report(Severity::warning,
                     "packets were lost before the gateway saw them: raise queue-length or socket-buffer");
  }
}

void Worker::flush() {
  if (!verdicts_.empty()) queue_.send(verdicts_);
}

/// The one place where verdicts leave.
void Worker::verdict(alg::PacketId id, const alg::Verdict& verdict) {
  if (verdicts_.full()) flush();
  switch (verdict.action) {
    case alg::Verdict::Action::accept:
      verdicts_.accept(id);
      break;
    case alg::Verdict::Action::replace:
      verdicts_.accept(id, verdict.packet);
      break;
    case alg::Verdict::Action::drop:
      verdicts_.drop(id);
      break;
  }
  counters_.verdicts[verdict.reason].add();
}

bool Worker::fail(alg::PacketId id, alg::Reason why) {
  const auto action = fail_open_ ? alg::Verdict::Action::accept : alg::Verdict::Action::drop;
  verdict(id, {action, why, {}});
  return fail_open_;
}

void Worker::send_back(alg::PacketId, alg::Answer answer, std::span<const std::uint8_t> packet) {
  const bool reset = answer == alg::Answer::reset;
  if (injector_.send_back(current_, packet)) {
    (reset ? counters_.reset : counters_.acknowledged).add();
    return;
  }
  const int error = errno;
  counters_.not_sent_back.add();
  reporter_.report(Severity::warning, std::string(reset ? "a RST" : "an acknowledgment") +
                                          " could not be sent: " + std::generic_category().message(error));
}

}  // namespace pinhole::netfilter
