// Keeps what it was told.
#pragma once

#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "netfilter/reporter.hpp"
#include "pinhole/alg/event.hpp"

namespace pinhole::test::kernel {

struct RecordingListener final : netfilter::Reporter, alg::Observer {
  void report(netfilter::Severity, std::string_view line) override {
    const std::scoped_lock lock(mutex);
    reports.emplace_back(line);
  }
  void notice(const alg::Event& event) override {
    if (std::holds_alternative<alg::Began>(event.what)) {
      if (throw_at_flows) throw std::runtime_error("no more memory");
      ++flows;
    }
    const auto* negotiated = std::get_if<alg::Negotiated>(&event.what);
    if (negotiated != nullptr && at_negotiations) at_negotiations();
    const std::scoped_lock lock(mutex);
    if (negotiated != nullptr) negotiations.push_back(*negotiated);
    if (const auto* refused = std::get_if<alg::Refused>(&event.what)) refusals.push_back(refused->reason);
  }

  bool throw_at_flows = false;  // so that a packet cannot be judged
  std::function<void()> at_negotiations;
  int flows = 0;
  std::mutex mutex;
  std::vector<std::string> reports;
  std::vector<alg::Negotiated> negotiations;
  std::vector<alg::Reason> refusals;
};

}  // namespace pinhole::test::kernel
