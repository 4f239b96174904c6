#include "app/narrator.hpp"

#include "pinhole/alg/reason.hpp"

namespace pinhole::app {
namespace {

constexpr const char* kObserved = "would refuse";

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

/// "bounce: the command names an address that is not the client's; advice"
std::string explained(alg::Reason reason) {
  const auto& text = alg::text_of(reason);
  std::string result(text.name);
  result.append(": ").append(text.meaning);
  if (!text.advice.empty()) result.append(" ").append(text.advice);
  return result;
}

std::string endpoints(const alg::NatView& flow) {
  return flow.client.to_string() + " -> " + flow.dialed.to_string();
}

}  // namespace

std::string describe(const alg::NatView& flow) {
  std::string text = endpoints(flow);
  if (flow.server != flow.dialed) text.append(", server ").append(flow.server.to_string());
  if (flow.seen != flow.client) text.append(", seen as ").append(flow.seen.to_string());
  return text;
}

std::string describe(const alg::Negotiation& negotiation) {
  std::string text = alg::to_string(negotiation.form);
  if (negotiation.announced) text.append(" ").append(negotiation.announced->to_string());
  if (negotiation.rewritten) text.append(" rewritten to ").append(negotiation.rewritten->to_string());
  text.append(": ")
      .append(negotiation.observed ? kObserved : alg::to_string(negotiation.decision))
      .append(", ");
  if (negotiation.decision != alg::Decision::open) return text.append(explained(negotiation.reason));
  text.append(alg::name_of(negotiation.reason));
  if (const auto& pinhole = negotiation.pinhole) {
    text.append("; pinhole ")
        .append(pinhole->from.to_string())
        .append(" -> ")
        .append(pinhole->to.to_string());
    if (pinhole->forward_to != pinhole->to) text.append(" to ").append(pinhole->forward_to.to_string());
  }
  return text;
}

std::string describe(const alg::Refusal& refusal) {
  std::string text(refusal.verb);
  text.append(text.empty() ? "" : ": ").append(refusal.observed ? kObserved : "refuse");
  return text.append(", ").append(explained(refusal.reason));
}

void Narrator::report(netfilter::Severity severity, std::string_view line) {
  log_.write(level_for(severity), line);
}

void Narrator::flow_began(const alg::NatView& flow) {
  if (log_.wants(LogLevel::debug)) log_.write(LogLevel::debug, describe(flow) + ": began");
}

void Narrator::negotiated(const alg::NatView& flow, const alg::Negotiation& negotiation) {
  const auto level = negotiation.decision == alg::Decision::open ? LogLevel::info : LogLevel::warning;
  if (log_.wants(level)) log_.write(level, endpoints(flow) + ": " + describe(negotiation));
}

void Narrator::refused(const alg::NatView& flow, const alg::Refusal& refusal) {
  if (log_.wants(LogLevel::warning)) {
    log_.write(LogLevel::warning, endpoints(flow) + ": " + describe(refusal));
  }
}

void Narrator::pinhole_closed(const alg::NatView& flow, const alg::Pinhole& pinhole, alg::Reason why) {
  const auto level = why == alg::Reason::stray ? LogLevel::warning : LogLevel::debug;
  if (!log_.wants(level)) return;
  log_.write(level, endpoints(flow) + ": pinhole " + pinhole.from.to_string() + " -> " +
                        pinhole.to.to_string() + " closed, " + std::string(alg::name_of(why)));
}

void Narrator::flow_foreign(const alg::NatView& flow, alg::Reason why) {
  if (log_.wants(LogLevel::warning)) {
    log_.write(LogLevel::warning, describe(flow) + ": gets no pinholes, " + explained(why));
  }
}

void Narrator::flow_ended(const alg::NatView& flow, alg::Reason why) {
  if (!log_.wants(LogLevel::debug)) return;
  log_.write(LogLevel::debug, endpoints(flow) + ": ended, " + std::string(alg::name_of(why)));
}

}  // namespace pinhole::app
