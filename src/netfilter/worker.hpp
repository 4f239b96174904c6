// One thread's whole gateway: a queue, the kernel's tracker, an injector, and the core that judges.
//
// Workers share nothing but the reporter, the observer and the survey, so that the kernel must bring all
// packets of a connection to the same queue. The only place where a verdict becomes an NF_* number is
// VerdictBatch, called from here.
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <vector>

#include "netfilter/counters.hpp"
#include "netfilter/ctnetlink_tracker.hpp"
#include "netfilter/injector.hpp"
#include "netfilter/nfqueue.hpp"
#include "netfilter/packet_copies.hpp"
#include "netfilter/reporter.hpp"
#include "netfilter/survey.hpp"
#include "pinhole/gateway/gateway.hpp"

namespace pinhole::netfilter {

class Worker final : private alg::Sink {
 public:
  struct Options {
    NfQueue::Options queue;  ///< `second`: the queue of packets that conntrack has no entry for
    alg::Policies policies;
    alg::Limits limits;
  };

  /// Binds the queue; packets wait in it until run(). The others must outlive the worker. Throws
  /// std::system_error as NfQueue does.
  Worker(const Options& options, Reporter& reporter, alg::Observer& observer, Survey& survey);
  ~Worker() override;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Judges packets until stop(). Throws std::system_error if the queue's socket is broken.
  void run();

  /// Makes run() return soon. From any thread.
  void stop() noexcept;

  const Counters& counters() const { return counters_; }

 private:
  /// The kernel's tracker, but what was judged before a shift leaves before it: a packet's numbers are
  /// shifted when its verdict is given, and the step that was right for it is gone afterwards.
  class OrderedTracker final : public CtnetlinkTracker {
   public:
    OrderedTracker(Worker& worker, Reporter& reporter, Pinholes pinholes)
        : CtnetlinkTracker(reporter, pinholes), worker_(worker) {}
    alg::Applied apply(const alg::NatView& flow, const alg::Change& change) override {
      if (change.shift) worker_.flush();
      return CtnetlinkTracker::apply(flow, change);
    }

   private:
    Worker& worker_;
  };

  void handle(std::span<const std::uint8_t> message);
  void judge(const QueuedPacket& packet);
  void take_copies();
  void take_answers();
  void tick_if_due();
  void flush();
  void report_exception(const char* where, const std::exception& error);

  void verdict(alg::PacketId id, const alg::Verdict& verdict) override;
  bool fail(alg::PacketId id, alg::Reason why) override;
  void send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t> packet) override;

  const bool fail_open_;
  const std::optional<std::uint16_t> without_entry_;  ///< the queue of what conntrack has no entry for
  Reporter& reporter_;
  Counters counters_;
  NfQueue queue_;
  std::optional<PacketCopies> copies_;
  OrderedTracker tracker_;
  Survey::Desk desk_;
  Injector injector_;
  VerdictBatch verdicts_;
  int stop_event_ = -1;

  QueuedPacket current_;
  bool exception_reported_ = false;  // since the last tick: a log needs no thousand of them

  std::chrono::steady_clock::time_point next_tick_;
  std::optional<gateway::Gateway> gateway_;  // last: its end gives verdicts
};

}  // namespace pinhole::netfilter
