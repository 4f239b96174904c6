#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "app/replay_output.hpp"

namespace pinhole::app {
namespace {

using Json = nlohmann::ordered_json;  // the keys stay in the order of the manual

/// Of the object's form: a new one where a member goes or means something else.
constexpr int kVersion = 1;

std::string name(alg::Reason reason) {
  return std::string(alg::name_of(reason));
}

Json endpoint(const std::optional<net::Endpoint>& value) {
  return value ? Json(value->to_string()) : Json(nullptr);
}

/// RFC 3339, to the nanosecond.
std::string time(std::chrono::nanoseconds since_epoch) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const std::time_t moment = seconds.count();
  std::tm parts{};
  gmtime_r(&moment, &parts);
  std::array<char, 32> date{}, rest{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(rest.data(), rest.size(), ".%09dZ", static_cast<int>((since_epoch - seconds).count()));
  return std::string(date.data()) + rest.data();
}

template <class Number>
Json optional(const std::optional<Number>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json pinhole(const std::optional<alg::Pinhole>& value) {
  if (!value) return nullptr;
  return {{"from", value->from.to_string()},
          {"to", value->to.to_string()},
          {"forward_to", value->forward_to.to_string()}};
}

Json gaps(const std::vector<pcap::Report::Flow::Gap>& values) {
  auto array = Json::array();
  for (const auto& gap : values) array.push_back({{"first", gap.first}, {"last", optional(gap.last)}});
  return array;
}

Json flow(std::uint64_t id, const pcap::Report::Flow& value) {
  const auto& view = value.view;
  return {{"id", id},
          {"frame", value.first_frame},
          {"time", time(value.time)},
          {"client", view.client.to_string()},
          {"dialed", view.dialed.to_string()},
          {"server", view.server.to_string()},
          {"seen", view.seen.to_string()},
          {"foreign", value.not_ftp ? Json(name(*value.not_ftp)) : Json(nullptr)},
          {"gaps", gaps(value.gaps)}};
}

Json negotiation(const pcap::Report::Negotiation& value) {
  return {{"flow", value.flow},
          {"frame", value.frame},
          {"time", time(value.time)},
          {"kind", alg::to_string(value.form)},
          {"announced", endpoint(value.announced)},
          {"rewritten", endpoint(value.rewritten)},
          {"decision", alg::to_string(value.decision)},
          {"observed", value.observed},
          {"reason", name(value.reason)},
          {"pinhole", pinhole(value.pinhole)},
          {"data_connection", optional(value.data_connection)}};
}

Json refusal(const pcap::Report::Refusal& value) {
  return {{"flow", value.flow},         {"frame", value.frame},
          {"time", time(value.time)},   {"verb", value.verb.empty() ? Json(nullptr) : Json(value.verb)},
          {"observed", value.observed}, {"reason", name(value.reason)}};
}

Json data_connection(const pcap::Report::DataConnection& value) {
  return {{"from", value.from.to_string()},
          {"to", value.to.to_string()},
          {"frame", value.frame},
          {"time", time(value.time)},
          {"passes", value.passes},
          {"reason", name(value.reason)},
          {"negotiation", optional(value.negotiation)}};
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

Json report_object(const std::optional<std::string>& file, const std::string& complaint,
                   const pcap::Report& report) {
  Json object = {{"version", kVersion}};
  if (file) object["file"] = *file;
  object["complaint"] = complaint.empty() ? Json(nullptr) : Json(complaint);
  add_report(object, report);
  return object;
}

/// A file's name need not be UTF-8, JSON is.
std::string text_of(const Json& object, int indent) {
  return object.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string report_json(const std::string& complaint, const pcap::Report& report) {
  return text_of(report_object(std::nullopt, complaint, report), 2);
}

std::string report_json_line(const std::string& file, const std::string& complaint,
                             const pcap::Report& report) {
  return text_of(report_object(file, complaint, report), -1);
}

}  // namespace pinhole::app
