// The sessions that are known, found by what their packets bear, and their deadlines in order.
//
// Sessions that are over are kept apart, the longest over first: they make room where the table is full. Each
// client's others are counted. A session's deadline is when something is due for it at the latest; a later
// one costs nothing to move until it has come. References hold until forget().
#pragma once

#include <list>
#include <map>
#include <optional>
#include <unordered_map>

#include "control/client_counts.hpp"
#include "control/session.hpp"
#include "pinhole/net/flow_key.hpp"

namespace pinhole::control {

class SessionTable {
 public:
  struct Place {
    Session* session;
    net::Side sender;
  };

  std::optional<Place> find(const net::FlowKey& key) const;

  /// Its addresses must be free.
  Session& begin(Session session, alg::Time deadline);

  /// It is over: its client may begin another.
  void retire(Session& session);
  void forget(Session& session);

  std::size_t size() const { return open_.size() + over_.size(); }
  /// Of those that are not over.
  std::size_t open() const { return open_.size(); }
  std::size_t open_of(const net::IpAddress& client) const { return clients_.count(client); }
  /// The one that is over for longest; null if none is.
  Session* longest_over() { return over_.empty() ? nullptr : &over_.front(); }

  /// Not later than `deadline` something is due for it.
  void hasten(Session& session, alg::Time deadline);
  void set_deadline(Session& session, alg::Time deadline);
  /// One whose deadline is before `now`; null if none is. Give it a new one, or forget it.
  Session* due(alg::Time now);
  std::optional<alg::Time> next_deadline() const;

  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto* entries : {&open_, &over_}) {
      for (const auto& entry : *entries) visit(static_cast<const Session&>(entry));
    }
  }
  /// Any one; null if there is none.
  Session* any();

 private:
  struct Entry;
  using Entries = std::list<Entry>;
  using Deadlines = std::multimap<alg::Time, Entry*>;
  struct Entry : Session {  // every session that was handed out is one
    explicit Entry(Session session) : Session(std::move(session)) {}
    Entries::iterator self{};
    Deadlines::iterator deadline{};
    bool is_over = false;
  };

  static Entry& entry_of(Session& session) { return static_cast<Entry&>(session); }

  Entries open_, over_;
  Deadlines deadlines_;
  ClientCounts clients_;  // of open_
  std::unordered_map<net::FlowKey, std::pair<Entry*, net::Side>, net::FlowKeyHash> places_;
};

}  // namespace pinhole::control
