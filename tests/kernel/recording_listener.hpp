// A listener that keeps what it was told.
#pragma once

#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "netfilter/listener.hpp"

namespace pinhole::test {

struct RecordingListener final : netfilter::Listener {
  void report(netfilter::Severity, std::string_view line) override {
    const std::scoped_lock lock(mutex);
    reports.emplace_back(line);
  }
  void flow_began(const alg::NatView&) override {
    if (throw_at_flows) throw std::runtime_error("no more memory");
  }
  void negotiated(const alg::NatView&, const alg::Negotiation& negotiation) override {
    if (at_negotiations) at_negotiations();
    const std::scoped_lock lock(mutex);
    negotiations.push_back(negotiation);
  }
  void refused(const alg::NatView&, const alg::Refusal& refusal) override {
    const std::scoped_lock lock(mutex);
    refusals.push_back(refusal.reason);
  }
  void pinhole_closed(const alg::NatView&, const alg::Pinhole&, alg::Reason) override {}
  void flow_foreign(const alg::NatView&, alg::Reason) override {}
  void flow_ended(const alg::NatView&, alg::Reason) override {}

  bool throw_at_flows = false;  // so that a packet cannot be judged
  std::function<void()> at_negotiations;
  std::mutex mutex;
  std::vector<std::string> reports;
  std::vector<alg::Negotiation> negotiations;
  std::vector<alg::Reason> refusals;
};

}  // namespace pinhole::test
