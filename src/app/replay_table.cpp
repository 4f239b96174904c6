#include <algorithm>
#include <set>

#include "app/replay_columns.hpp"
#include "app/replay_output.hpp"

namespace pinhole::app {
namespace {

using alg::Reason;
using pcap::Report;

std::string reason_name(Reason reason) {
  return std::string(alg::name_of(reason));
}

std::string text_of(const std::optional<net::Endpoint>& endpoint) {
  return endpoint ? endpoint->to_string() : "";
}

std::string counted(std::size_t number, const std::string& singular) {
  return std::to_string(number) + ' ' + singular + (number == 1 ? "" : "s");
}

std::string summary(const std::string& file, const Report& report) {
  const auto& data = report.data_connections;
  const auto passing = static_cast<std::size_t>(
      std::count_if(data.begin(), data.end(), [](const auto& connection) { return connection.passes; }));
  std::string text = file + ": " + counted(report.counts.frames, "frame") + ", " +
                     counted(report.flows.size(), "control connection") + ", " +
                     counted(report.negotiations.size(), "negotiation") + ", " +
                     counted(data.size(), "data connection");
  if (!data.empty()) text += " (" + std::to_string(passing) + " pass)";
  return text + '\n';
}

/// "frames 7 to 12", "frame 7 on"
std::string frames(const Report::Flow::Gap& gap) {
  const auto first = std::to_string(gap.first);
  if (!gap.last) return "frame " + first + " on";
  return *gap.last <= gap.first ? "frame " + first : "frames " + first + " to " + std::to_string(*gap.last);
}

std::string remark(const Report::Flow& flow) {
  if (flow.gaps.size() == 1) return "not inspected: " + frames(flow.gaps.front());
  if (!flow.gaps.empty()) return "not inspected: " + counted(flow.gaps.size(), "gap");
  return flow.not_ftp ? reason_name(*flow.not_ftp) : "";
}

Columns flow_table(const Report& report) {
  Columns table({"FLOW", "FRAME", "CLIENT", "SERVER", "SEEN AS", "DIALED", "REMARK"});
  for (std::size_t id = 0; id < report.flows.size(); ++id) {
    const auto& flow = report.flows[id];
    const auto& view = flow.view;
    table.add({std::to_string(id), std::to_string(flow.first_frame), view.client.to_string(),
               view.server.to_string(), view.seen == view.client ? "" : view.seen.to_string(),
               view.dialed == view.server ? "" : view.dialed.to_string(), remark(flow)});
  }
  return table;
}

std::string followed(const Report& report, const Report::Negotiation& negotiation) {
  if (!negotiation.data_connection) return "none in the capture";
  const auto& data = report.data_connections[*negotiation.data_connection];
  return "frame " + std::to_string(data.frame) +
         (data.passes ? " passes" : " dropped: " + reason_name(data.reason));
}

Columns negotiation_table(const Report& report) {
  Columns table(
      {"FLOW", "FRAME", "WHO", "WHAT", "ANNOUNCED", "REWRITTEN", "DECISION", "REASON", "DATA CONNECTION"});
  for (const auto& negotiation : report.negotiations) {
    table.add({std::to_string(negotiation.flow), std::to_string(negotiation.frame),
               alg::is_active(negotiation.form) ? "client" : "server", alg::to_string(negotiation.form),
               text_of(negotiation.announced), text_of(negotiation.rewritten),
               negotiation.observed ? "would refuse" : alg::to_string(negotiation.decision),
               reason_name(negotiation.reason), followed(report, negotiation)});
  }
  return table;
}

Columns refusal_table(const Report& report) {
  Columns table({"FLOW", "FRAME", "WHAT", "DECISION", "REASON"});
  for (const auto& refusal : report.refusals) {
    table.add({std::to_string(refusal.flow), std::to_string(refusal.frame),
               refusal.verb.empty() ? "-" : refusal.verb, refusal.observed ? "would refuse" : "refuse",
               reason_name(refusal.reason)});
  }
  return table;
}

Columns dropped_table(const Report& report) {
  Columns table({"FRAME", "FROM", "TO", "REASON"});
  for (const auto& data : report.data_connections) {
    if (data.passes) continue;
    table.add(
        {std::to_string(data.frame), data.from.to_string(), data.to.to_string(), reason_name(data.reason)});
  }
  return table;
}

/// A sentence for each reason that the tables name and that does not speak for itself.
std::string explanations(const Report& report, std::size_t width) {
  std::set<Reason> reasons;
  for (const auto& flow : report.flows) {
    if (flow.not_ftp) reasons.insert(*flow.not_ftp);
  }
  for (const auto& negotiation : report.negotiations) reasons.insert(negotiation.reason);
  for (const auto& refusal : report.refusals) reasons.insert(refusal.reason);
  for (const auto& data : report.data_connections) reasons.insert(data.reason);
  reasons.erase(Reason::negotiated);
  std::string text;
  for (const auto reason : reasons) {
    const auto& words = alg::text_of(reason);
    std::string sentence(words.name);
    sentence.append(": ").append(words.meaning).append(" ").append(words.advice);
    text += wrapped(sentence, 2, width);
  }
  return text;
}

void add_section(std::string& text, const std::string& heading, const std::string& body) {
  if (!body.empty()) text.append("\n").append(heading).append("\n").append(body);
}

void add_table(std::string& text, const std::string& heading, const Columns& table, std::size_t width) {
  if (!table.empty()) add_section(text, heading, table.print(width));
}

}  // namespace

std::string report_text(const std::string& file, const Report& report, std::size_t width) {
  std::string text = summary(file, report);
  add_table(text, "Control connections", flow_table(report), width);
  add_table(text, "Negotiations", negotiation_table(report), width);
  add_table(text, "Other refusals", refusal_table(report), width);
  add_table(text, "Data connections that would have been dropped", dropped_table(report), width);
  add_section(text, "Reasons", explanations(report, width));
  return text;
}

std::vector<std::string> report_gaps(const Report& report) {
  std::vector<std::string> lines;
  const auto& counts = report.counts;
  const auto add = [&](std::uint64_t number, const std::string& what) {
    if (number > 0) lines.push_back(counted(number, "packet") + " " + what);
  };
  for (std::size_t id = 0; id < report.flows.size(); ++id) {
    for (const auto& gap : report.flows[id].gaps) {
      lines.push_back("flow " + std::to_string(id) +
                      ": not inspected, as bytes are missing from the capture: " + frames(gap));
    }
  }
  add(counts.far, "of control connections skipped: the same as others, on the other side of NAT");
  add(counts.truncated_control,
      "of control connections truncated by the snap length and not inspected; capture with -s 0");
  add(counts.truncated, "truncated by the snap length within the headers and not read");
  add(counts.fragments, "not read: IP fragments, which a router would defragment first");
  add(counts.broken, "not read: inconsistent headers");
  return lines;
}

}  // namespace pinhole::app
