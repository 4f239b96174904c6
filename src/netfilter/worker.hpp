// One thread's whole gateway: a queue, the kernel's tracker, an injector, and the core that judges.
//
// Workers share nothing but the listener, so that the kernel must bring all packets of a connection to the
// same queue. The only place where a verdict becomes an NF_* number is VerdictBatch, called from here; every
// packet gets exactly one, also when judging it fails.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "netfilter/counters.hpp"
#include "netfilter/ctnetlink_tracker.hpp"
#include "netfilter/injector.hpp"
#include "netfilter/listener.hpp"
#include "netfilter/nfqueue.hpp"
#include "pinhole/alg/gateway.hpp"

namespace pinhole::netfilter {

class Worker final : private alg::Edge {
 public:
  struct Options {
    NfQueue::Options queue;
    alg::Policies policies;
    alg::Limits limits;
  };

  /// Binds the queue; packets wait in it until run(). Throws std::system_error as NfQueue does.
  Worker(const Options& options, Listener& listener);
  ~Worker() override;

  /// Judges packets until stop(). Throws std::system_error if the queue's socket is broken.
  void run();

  /// Makes run() return soon. From any thread.
  void stop() noexcept;

  const Counters& counters() const { return counters_; }

 private:
  /// The kernel's tracker, but what was judged before a shift leaves before it: a packet's numbers are
  /// shifted when its verdict is given, and the step that was right for it is gone afterwards.
  class OrderedTracker final : public alg::Tracker {
   public:
    explicit OrderedTracker(Worker& worker) : worker_(worker), kernel_(worker.listener_) {}
    std::optional<alg::NatView> lookup(const net::FlowKey& key) override { return kernel_.lookup(key); }
    alg::Opened open(const alg::NatView& flow, const alg::Pinhole& pinhole) override {
      return kernel_.open(flow, pinhole);
    }
    void close(const alg::NatView& flow, const alg::Pinhole& pinhole) override {
      kernel_.close(flow, pinhole);
    }
    std::vector<alg::Listed> list() override { return kernel_.list(); }
    bool keep_alive(const alg::NatView& flow, const alg::Pinhole& pinhole, bool search) override {
      return kernel_.keep_alive(flow, pinhole, search);
    }
    bool shift(const alg::NatView& flow, alg::Side sender, const stream::SeqShift& shift) override;

   private:
    Worker& worker_;
    CtnetlinkTracker kernel_;
  };

  void handle(std::span<const std::uint8_t> message);
  void judge(const QueuedPacket& packet);
  void tick_if_due();
  void flush();
  void give(alg::PacketId id, const alg::Verdict& verdict);
  void force(alg::PacketId id);
  void report_exception(const char* where, const std::exception& error);

  void verdict(alg::PacketId id, const alg::Verdict& verdict) override;
  void send_back(alg::PacketId id, std::span<const std::uint8_t> packet) override;
  void flow_began(const alg::NatView& flow) override;
  void negotiated(const alg::NatView& flow, const alg::Negotiation& negotiation) override;
  void refused(const alg::NatView& flow, const alg::Refusal& refusal) override;
  void pinhole_closed(const alg::NatView& flow, const alg::Pinhole& pinhole, alg::Reason why) override;
  void flow_foreign(const alg::NatView& flow, alg::Reason why) override;
  void flow_ended(const alg::NatView& flow, alg::Reason why) override;

  const bool fail_open_;
  Listener& listener_;
  Counters counters_;
  NfQueue queue_;
  OrderedTracker tracker_;
  Injector injector_;
  VerdictBatch verdicts_;
  int stop_event_ = -1;

  QueuedPacket current_;
  bool current_decided_ = false;
  /// The last packets that took the fail mode after an exception: a verdict that the core still has for one
  /// of them is not given. Empty in a healthy life.
  std::vector<alg::PacketId> forced_;
  bool exception_reported_ = false;  // since the last tick: a log needs no thousand of them

  std::chrono::steady_clock::time_point next_tick_;
  std::optional<alg::Gateway> gateway_;  // last: its end gives verdicts
};

}  // namespace pinhole::netfilter
