#include <nlohmann/json.hpp>

#include "app/replay_output.hpp"

namespace pinhole::app {
namespace {

using Json = nlohmann::ordered_json;  // the keys stay in the order of the manual

std::string name(alg::Reason reason) {
  return std::string(alg::name_of(reason));
}

Json endpoint(const std::optional<net::Endpoint>& value) {
  return value ? Json(value->to_string()) : Json(nullptr);
}

Json flow(std::uint64_t id, const pcap::Report::Flow& value) {
  const auto& view = value.view;
  return {{"id", id},
          {"client", view.client.to_string()},
          {"dialed", view.dialed.to_string()},
          {"server", view.server.to_string()},
          {"seen", view.seen.to_string()},
          {"foreign", value.not_ftp ? Json(name(*value.not_ftp)) : Json(nullptr)}};
}

Json negotiation(const pcap::Report::Negotiation& value) {
  return {{"flow", value.flow},
          {"frame", value.frame},
          {"kind", alg::to_string(value.form)},
          {"announced", endpoint(value.announced)},
          {"rewritten", endpoint(value.rewritten)},
          {"decision", alg::to_string(value.decision)},
          {"observed", value.observed},
          {"reason", name(value.reason)}};
}

Json refusal(const pcap::Report::Refusal& value) {
  return {{"flow", value.flow},
          {"frame", value.frame},
          {"verb", value.verb.empty() ? Json(nullptr) : Json(value.verb)},
          {"observed", value.observed},
          {"reason", name(value.reason)}};
}

Json data_connection(const pcap::Report::DataConnection& value) {
  return {{"from", value.from.to_string()},
          {"to", value.to.to_string()},
          {"frame", value.frame},
          {"passes", value.passes},
          {"reason", name(value.reason)}};
}

void add_report(Json& object, const pcap::Report& report) {
  auto& flows = object["flows"] = Json::array();
  for (std::size_t id = 0; id < report.flows.size(); ++id) flows.push_back(flow(id, report.flows[id]));
  auto& negotiations = object["negotiations"] = Json::array();
  for (const auto& value : report.negotiations) negotiations.push_back(negotiation(value));
  auto& refusals = object["refusals"] = Json::array();
  for (const auto& value : report.refusals) refusals.push_back(refusal(value));
  auto& data_connections = object["data_connections"] = Json::array();
  for (const auto& value : report.data_connections) data_connections.push_back(data_connection(value));
}

}  // namespace

std::string report_json(const pcap::Report& report) {
  Json object = Json::object();
  add_report(object, report);
  return object.dump(2) + '\n';
}

std::string report_json_line(const std::string& file, const std::string& complaint,
                             const pcap::Report& report) {
  Json object = Json::object();
  object["file"] = file;
  if (!complaint.empty()) object["complaint"] = complaint;
  add_report(object, report);
  // A file's name need not be UTF-8, JSON is.
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace pinhole::app
