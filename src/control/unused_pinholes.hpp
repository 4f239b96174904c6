// The pinholes that wait for their data connections, by client, the oldest first.
//
// The kernel bounds expectations for all (nf_conntrack_expect_max): a client that has many may keep none that
// is not used soon.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <unordered_map>
#include <unordered_set>

#include "control/session.hpp"

namespace pinhole::control {

class UnusedPinholes {
 public:
  /// A client may have `most`, however old.
  explicit UnusedPinholes(std::size_t most) : most_(most) {}

  /// The session has one. It must stay where it is until over().
  void opened(Session& session, alg::Time now);
  /// It was used, closed, or there was none.
  void over(const Session& session);

  /// A session whose pinhole is to be closed: of the clients that have too many the oldest one, if that is
  /// old enough. Null if there is none.
  Session* superfluous(alg::Time now) const;

 private:
  /// So long anybody may wait.
  static constexpr std::chrono::seconds kLeast{30};

  struct HashAddress {
    std::size_t operator()(const net::IpAddress& address) const {
      return hash_value(net::Endpoint{address, 0});
    }
  };
  struct Entry {
    Session* session;
    alg::Time since;
  };
  using Entries = std::list<Entry>;

  const std::size_t most_;
  std::unordered_map<net::IpAddress, Entries, HashAddress> clients_;
  std::unordered_set<net::IpAddress, HashAddress> crowded_;  // those that have too many
  std::unordered_map<const Session*, Entries::iterator> places_;
};

}  // namespace pinhole::control
