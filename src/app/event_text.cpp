#include "app/event_text.hpp"

#include "pinhole/alg/reason.hpp"

namespace pinhole::app {
namespace {

constexpr const char* kObserved = "would refuse";

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

std::string describe(const alg::Negotiated& negotiated) {
  std::string text = alg::to_string(negotiated.form);
  if (negotiated.announced) text.append(" ").append(negotiated.announced->to_string());
  if (negotiated.rewritten) text.append(" rewritten to ").append(negotiated.rewritten->to_string());
  text.append(": ")
      .append(negotiated.observed ? kObserved : alg::to_string(negotiated.decision))
      .append(", ");
  if (negotiated.decision != alg::Decision::open) return text.append(explained(negotiated.reason));
  text.append(alg::name_of(negotiated.reason));
  if (const auto& pinhole = negotiated.pinhole) {
    text.append("; pinhole ")
        .append(pinhole->from.to_string())
        .append(" -> ")
        .append(pinhole->to.to_string());
    if (pinhole->forward_to != pinhole->to) text.append(" to ").append(pinhole->forward_to.to_string());
  }
  return text;
}

std::string describe(const alg::Refused& refused) {
  std::string text(refused.verb.text());
  text.append(text.empty() ? "" : ": ").append(refused.observed ? kObserved : "refuse");
  return text.append(", ").append(explained(refused.reason));
}

namespace {

std::string line_of(const alg::NatView& flow, const alg::Began&) {
  return describe(flow) + ": began";
}

std::string line_of(const alg::NatView& flow, const alg::Negotiated& negotiated) {
  return endpoints(flow) + ": " + describe(negotiated);
}

std::string line_of(const alg::NatView& flow, const alg::Refused& refused) {
  return endpoints(flow) + ": " + describe(refused);
}

std::string line_of(const alg::NatView& flow, const alg::Closed& closed) {
  return endpoints(flow) + ": pinhole " + closed.pinhole.from.to_string() + " -> " +
         closed.pinhole.to.to_string() + " closed, " + std::string(alg::name_of(closed.why));
}

std::string line_of(const alg::NatView& flow, const alg::Connected& connected) {
  const net::Endpoint opener{connected.pinhole.from, connected.opener_port};
  return endpoints(flow) + ": data connection " + opener.to_string() + " -> " +
         connected.pinhole.to.to_string() + " established, its pinhole closed";
}

std::string line_of(const alg::NatView& flow, const alg::Cut& cut) {
  return endpoints(flow) + ": connection " + cut.opener.to_string() + " -> " + cut.to.to_string() +
         " cut off, " + explained(alg::Reason::pinhole_used);
}

std::string line_of(const alg::NatView& flow, const alg::Missed& missed) {
  const auto* sender = missed.sender == alg::Side::client ? "client" : "server";
  return endpoints(flow) + ": bytes of the " + sender + " were not seen, " +
         explained(alg::Reason::bytes_missed);
}

std::string line_of(const alg::NatView& flow, const alg::NotFtp& not_ftp) {
  return describe(flow) + ": gets no pinholes, " + explained(not_ftp.why);
}

std::string line_of(const alg::NatView& flow, const alg::Ended& ended) {
  return endpoints(flow) + ": ended, " + std::string(alg::name_of(ended.why));
}

}  // namespace

LogLevel level_of(const alg::Event& event) {
  if (const auto* negotiated = std::get_if<alg::Negotiated>(&event.what)) {
    return negotiated->decision == alg::Decision::open ? LogLevel::info : LogLevel::warning;
  }
  if (const auto* closed = std::get_if<alg::Closed>(&event.what)) {
    return closed->why == alg::Reason::stray ? LogLevel::warning : LogLevel::debug;
  }
  const bool wrong =
      std::holds_alternative<alg::Refused>(event.what) || std::holds_alternative<alg::NotFtp>(event.what) ||
      std::holds_alternative<alg::Missed>(event.what) || std::holds_alternative<alg::Cut>(event.what);
  return wrong ? LogLevel::warning : LogLevel::debug;
}

std::string describe(const alg::Event& event) {
  return std::visit([&event](const auto& what) { return line_of(event.flow, what); }, event.what);
}

}  // namespace pinhole::app
