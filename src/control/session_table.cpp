#include "control/session_table.hpp"

namespace pinhole::control {

using net::Side;

std::optional<SessionTable::Place> SessionTable::find(const net::FlowKey& key) const {
  const auto found = places_.find(key);
  if (found == places_.end()) return std::nullopt;
  return Place{found->second.first, found->second.second};
}

Session& SessionTable::begin(Session session, alg::Time deadline) {
  auto& entry = open_.emplace_front(std::move(session));
  entry.self = open_.begin();
  entry.deadline = deadlines_.emplace(deadline, &entry);
  for (const Side side : {Side::client, Side::server}) places_[entry.nat.key(side)] = {&entry, side};
  clients_.add(entry.nat.client.address);
  return entry;
}

void SessionTable::retire(Session& session) {
  auto& entry = entry_of(session);
  if (entry.is_over) return;
  entry.is_over = true;
  clients_.remove(session.nat.client.address);
  over_.splice(over_.end(), open_, entry.self);
}

void SessionTable::forget(Session& session) {
  auto& entry = entry_of(session);
  retire(session);
  deadlines_.erase(entry.deadline);
  const auto nat = session.nat;
  for (const Side side : {Side::client, Side::server}) places_.erase(nat.key(side));
  over_.erase(entry.self);
}

void SessionTable::hasten(Session& session, alg::Time deadline) {
  if (deadline < entry_of(session).deadline->first) set_deadline(session, deadline);
}

void SessionTable::set_deadline(Session& session, alg::Time deadline) {
  auto& entry = entry_of(session);
  auto node = deadlines_.extract(entry.deadline);
  node.key() = deadline;
  entry.deadline = deadlines_.insert(std::move(node));
}

Session* SessionTable::due(alg::Time now) {
  if (deadlines_.empty() || deadlines_.begin()->first >= now) return nullptr;
  return deadlines_.begin()->second;
}

std::optional<alg::Time> SessionTable::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

Session* SessionTable::any() {
  if (!open_.empty()) return &open_.front();
  return longest_over();
}

}  // namespace pinhole::control
