#include "app/event_log.hpp"

#include "app/event_text.hpp"

namespace pinhole::app {
namespace {

LogLevel level_for(netfilter::Severity severity) {
  switch (severity) {
    case netfilter::Severity::error:
      return LogLevel::error;
    case netfilter::Severity::warning:
      return LogLevel::warning;
    case netfilter::Severity::info:
      return LogLevel::info;
    case netfilter::Severity::debug:
      break;
  }
  return LogLevel::debug;
}

}  // namespace

void EventLog::notice(const alg::Event& event) {
  log_.write(level_of(event), event);
}

void EventLog::report(netfilter::Severity severity, std::string_view line) {
  log_.write(level_for(severity), line);
}

}  // namespace pinhole::app
