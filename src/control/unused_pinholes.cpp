#include "control/unused_pinholes.hpp"

namespace pinhole::control {

void UnusedPinholes::opened(Session& session, alg::Time now) {
  over(session);
  const auto& client = session.nat.client.address;
  auto& entries = clients_[client];
  places_[&session] = entries.insert(entries.end(), {&session, now});
  if (entries.size() > most_) crowded_.insert(client);
}

void UnusedPinholes::over(const Session& session) {
  const auto place = places_.find(&session);
  if (place == places_.end()) return;
  const auto& client = session.nat.client.address;
  const auto found = clients_.find(client);
  found->second.erase(place->second);
  places_.erase(place);
  if (found->second.size() <= most_) crowded_.erase(client);
  if (found->second.empty()) clients_.erase(found);
}

Session* UnusedPinholes::superfluous(alg::Time now) const {
  for (const auto& client : crowded_) {
    const auto& oldest = clients_.at(client).front();
    if (oldest.since + kLeast <= now) return oldest.session;
  }
  return nullptr;
}

}  // namespace pinhole::control
