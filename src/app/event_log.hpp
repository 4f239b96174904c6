// Hands what happens to control connections, and what is wrong with the installation, to the log: as values,
// so that the thread which judges packets spends a copy on them.
#pragma once

#include "app/log.hpp"
#include "netfilter/reporter.hpp"
#include "pinhole/alg/event.hpp"

namespace pinhole::app {

class EventLog final : public alg::Observer, public netfilter::Reporter {
 public:
  explicit EventLog(Log& log) : log_(log) {}

  void notice(const alg::Event& event) override;
  void report(netfilter::Severity severity, std::string_view line) override;

 private:
  Log& log_;
};

}  // namespace pinhole::app
