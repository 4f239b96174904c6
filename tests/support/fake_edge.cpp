#include "support/fake_edge.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace pinhole::test {

const alg::NatView* FakeTracker::find(const net::FlowKey& key) const {
  for (const auto& connection : connections) {
    if (key == connection.key(alg::Side::client) || key == connection.key(alg::Side::server))
      return &connection;
  }
  return nullptr;
}

stream::SeqShift FakeTracker::shift_of(const alg::NatView& flow, alg::Side sender) const {
  const auto found = shifts.find({flow.id, sender});
  return found == shifts.end() ? stream::SeqShift{} : found->second;
}

std::optional<alg::View> FakeTracker::lookup(const net::FlowKey& key) {
  const auto* connection = find(key);
  if (connection == nullptr) return std::nullopt;
  alg::View view{*connection,
                 {shift_of(*connection, alg::Side::client), shift_of(*connection, alg::Side::server)}};
  view.opening = opening;
  view.helper = helper;
  if (!has_labels) return view;
  const auto written = labels.find(connection->id);
  view.labels = written == labels.end() ? labelled : written->second;
  return view;
}

alg::Applied FakeTracker::apply(const alg::NatView& flow, const alg::Change& change) {
  if (broken) throw std::system_error(EPERM, std::generic_category(), "apply");
  if (refuses && (change.pinhole || change.shift)) return alg::Applied::refused;
  if (change.pinhole && taken_ports.contains(change.pinhole->to.port)) return alg::Applied::taken;
  if (change.shift && !can_shift) return alg::Applied::cannot_shift;
  if (change.shift) shifts[{flow.id, change.shift->sender}] = change.shift->to;
  if (change.labels) {
    if (!has_labels) return alg::Applied::refused;
    labels[flow.id] = *change.labels;
  }
  if (change.pinhole) {
    opened.push_back(*change.pinhole);
    open_now[flow.id] = *change.pinhole;
  }
  return alg::Applied::all;
}

bool FakeTracker::close(const alg::NatView& flow, const alg::Pinhole& pinhole) {
  if (broken) throw std::system_error(EPERM, std::generic_category(), "close");
  withdrawn.push_back(pinhole);
  const auto removed = std::erase_if(strays, [&](const alg::Listed& stray) {
    return stray.master == flow.key(alg::Side::client) && stray.from == pinhole.from &&
           stray.to == pinhole.to;
  });
  const auto found = open_now.find(flow.id);
  if (found == open_now.end() || found->second != pinhole) return removed > 0;
  open_now.erase(found);
  return true;
}

std::optional<net::FlowKey> FakeTracker::master_of(const net::FlowKey& data) {
  const auto found = masters.find(data.source.port);
  if (found == masters.end()) return std::nullopt;
  return found->second;
}

bool FakeTracker::cut(const alg::NatView& flow, const net::FlowKey& data) {
  if (master_of(data) != flow.key(alg::Side::client)) return false;
  masters.erase(data.source.port);
  cut_off.push_back(data);
  return true;
}

std::vector<alg::Listed> FakeTracker::list() const {
  auto listed = strays;
  for (const auto& view : connections) {
    const auto open = open_now.find(view.id);
    if (open == open_now.end()) continue;
    listed.push_back({view.key(alg::Side::client), open->second.from, open->second.to});
  }
  return listed;
}

void FakeEdge::verdict(alg::PacketId id, const alg::Verdict& verdict) {
  const bool first =
      verdicts
          .emplace(id, Given{verdict.action, verdict.reason, {verdict.packet.begin(), verdict.packet.end()}})
          .second;
  if (!first) throw std::logic_error("a second verdict for packet " + std::to_string(id));
  order.push_back(id);
}

bool FakeEdge::fail(alg::PacketId id, alg::Reason why) {
  failed.push_back(id);
  const auto action = fail_open ? alg::Verdict::Action::accept : alg::Verdict::Action::drop;
  verdict(id, {action, why, {}});
  return fail_open;
}

void FakeEdge::send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t> packet) {
  sent_back[id] = {packet.begin(), packet.end()};
  answers.push_back(answer);
}

void FakeEdge::notice(const alg::Event& event) {
  if (std::holds_alternative<alg::Began>(event.what)) ++flows_began;
  if (const auto* what = std::get_if<alg::Negotiated>(&event.what)) negotiations.push_back(*what);
  if (const auto* what = std::get_if<alg::Refused>(&event.what)) {
    refusals.push_back(what->reason);
    refused_verbs.emplace_back(what->verb.text());
  }
  if (const auto* what = std::get_if<alg::Closed>(&event.what)) closed.push_back(what->why);
  if (const auto* what = std::get_if<alg::Connected>(&event.what)) connected.push_back(*what);
  if (const auto* what = std::get_if<alg::Missed>(&event.what)) missed.push_back(what->sender);
  if (const auto* what = std::get_if<alg::NotFtp>(&event.what)) not_ftp.push_back(what->why);
  if (const auto* what = std::get_if<alg::Ended>(&event.what)) ended.push_back(what->why);
}

}  // namespace pinhole::test
